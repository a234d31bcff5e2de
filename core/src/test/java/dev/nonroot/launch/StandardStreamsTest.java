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
  private static final String LEFT = "0:0 0";

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);

  private String given(int fd, FakeNode node) throws Exception {
    kernel.tree().descriptor(fd, node);
    StandardStreams.give(kernel.libC(), 5);
    return node.ownership();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void pipesSocketsAndTerminalsOfRootsAreGiven(int fd) throws Exception {
    assertEquals("5:0 1", given(fd, FakeNode.of(PIPE)));
    assertEquals("5:0 1", given(fd, FakeNode.of(SOCKET)));
    assertEquals("5:7 1", given(fd, FakeNode.of(CHARACTER_DEVICE).owned(0, 7).terminal()));
  }

  @Test
  void nothingElseIs() throws Exception {
    assertEquals(LEFT, given(1, FakeNode.file()));
    assertEquals(LEFT, given(1, FakeNode.directory()));
    assertEquals(LEFT, given(1, FakeNode.of(CHARACTER_DEVICE)));
    assertEquals(LEFT, given(1, FakeNode.of(CHARACTER_DEVICE).mode(0666).terminal()));
    assertEquals(LEFT, given(1, FakeNode.of(0060000)));
    assertEquals(LEFT, given(3, FakeNode.of(PIPE)));
    assertEquals("7:0 0", given(1, FakeNode.of(PIPE).owned(7, 0)));
    assertEquals("65534:0 0", given(1, FakeNode.of(SOCKET).owned(65534, 0)));
  }

  @Test
  void itIsBestEffort() throws Exception {
    FakeNode pipe = FakeNode.of(PIPE);
    kernel.faults().fail("fchownat", Errno.EPERM);
    assertEquals(LEFT, given(0, pipe));
    kernel.faults().fail("fstatat", Errno.EBADF);
    assertEquals(LEFT, given(0, pipe));
  }
}
