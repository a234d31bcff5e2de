package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardStreamsTest {
  private static final int PIPE = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int SOCKET = 0140000;
  private static final int TERMINAL = CHARACTER_DEVICE;
  private static final String LEFT = "0:0 0 600";

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);

  private String given(int fd, FakeNode node) throws Exception {
    return given(fd, node, "");
  }

  /** Owner, group, changes of them, permissions. */
  private String given(int fd, FakeNode node, String name) throws Exception {
    kernel.tree().descriptor(fd, node, name);
    StandardStreams.give(kernel.libC(), 5);
    return node.ownership() + " " + node.permissions();
  }

  private String terminal(int session, FakeNode node) throws Exception {
    kernel.tree().terminal(node, session);
    return given(1, node);
  }

  @Test
  void aPipeCanBeOpenedAsItsDescriptorIsAndNoFurther() throws Exception {
    assertEquals("0:0 0 644", given(0, FakeNode.of(PIPE)));
    assertEquals("0:0 0 622", given(1, FakeNode.of(PIPE)));
    assertEquals("0:9 0 622", given(2, FakeNode.of(PIPE).owned(0, 9)));
    assertEquals("0:0 0 666", given(1, FakeNode.of(PIPE).mode(0644)));
  }

  @Test
  void onePipeForTwoStreamsIsOpenForBoth() throws Exception {
    FakeNode pipe = FakeNode.of(PIPE);
    kernel.tree().descriptor(0, pipe);
    assertEquals("0:0 0 666", given(1, pipe));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theTerminalOfAnOwnSessionIsGiven(int fd) throws Exception {
    FakeNode terminal = FakeNode.of(TERMINAL).owned(0, 7).mode(0620);
    kernel.tree().terminal(terminal, FakeKernel.PID);
    assertEquals("5:7 1 620", given(fd, terminal));
  }

  /** 0 is a session outside of the PID namespace. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, FakeKernel.PID + 1})
  void theTerminalOfAnotherSessionIsNot(int session) throws Exception {
    assertEquals(LEFT, terminal(session, FakeNode.of(TERMINAL)));
  }

  @Test
  void aTerminalThatIsNotTheControllingOneIsNot() throws Exception {
    kernel.tree().terminal(FakeNode.of(TERMINAL), FakeKernel.PID);
    assertEquals(LEFT, given(1, FakeNode.of(TERMINAL)));
  }

  @Test
  void whatEverybodyMayOpenStaysAsItIs() throws Exception {
    assertEquals("0:0 0 666", terminal(FakeKernel.PID, FakeNode.of(TERMINAL).mode(0666)));
  }

  @Test
  void nothingElseIsGiven() throws Exception {
    assertEquals("0:0 0 644", given(1, FakeNode.file()));
    assertEquals("0:0 0 755", given(1, FakeNode.directory()));
    assertEquals(LEFT, given(1, FakeNode.of(CHARACTER_DEVICE)));
    assertEquals(LEFT, given(1, FakeNode.of(0060000)));
    assertEquals(LEFT, given(1, FakeNode.of(SOCKET)));
    assertEquals(LEFT, given(1, FakeNode.of(PIPE), "fifo"));
    assertEquals(LEFT, given(3, FakeNode.of(PIPE)));
    assertEquals("7:0 0 600", given(1, FakeNode.of(PIPE).owned(7, 0)));
    assertEquals("65534:0 0 600", given(1, FakeNode.of(PIPE).owned(65534, 0)));
  }

  /** A pipe whose name cannot be looked at may have one. */
  @ParameterizedTest
  @ValueSource(strings = {"fstatat", "readlink", "fchmod"})
  void aPipeIsGivenBestEffort(String call) throws Exception {
    kernel.faults().fail(call, Errno.EPERM);
    assertEquals(LEFT, given(1, FakeNode.of(PIPE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fstatat", "tcgetsid", "fchownat"})
  void aTerminalIsGivenBestEffort(String call) throws Exception {
    kernel.faults().fail(call, Errno.EPERM);
    assertEquals(LEFT, terminal(FakeKernel.PID, FakeNode.of(TERMINAL)));
  }
}
