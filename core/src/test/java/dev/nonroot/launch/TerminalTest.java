package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {
  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);

  private boolean isShared() throws Exception {
    int open = kernel.tree().open();
    boolean shared = Terminal.isShared(kernel.libC());
    assertEquals(open, kernel.tree().open());
    return shared;
  }

  @Test
  void aProcessWithoutOneSharesNone() throws Exception {
    assertFalse(isShared());
  }

  @Test
  void theLeaderOfItsSessionDoesNotShareIt() throws Exception {
    kernel.tree().terminal(FakeNode.of(0020000), FakeKernel.PID);
    assertFalse(isShared());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, FakeKernel.PID + 1})
  void everybodyElseSharesIt(int session) throws Exception {
    kernel.tree().terminal(FakeNode.of(0020000), session);
    assertTrue(isShared());
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOENT, Errno.EACCES, Errno.EMFILE, Errno.EIO})
  void whatCannotBeToldIsShared(int error) throws Exception {
    kernel.faults().fail("open(/dev/tty)", error);
    assertTrue(isShared());
  }

  @Test
  void aSessionThatCannotBeAskedForIsShared() throws Exception {
    kernel.tree().terminal(FakeNode.of(0020000), FakeKernel.PID);
    kernel.faults().fail("tcgetsid", Errno.EIO);
    assertTrue(isShared());
  }
}
