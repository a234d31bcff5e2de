package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.Advice;

/** Behind a bind whose first argument is the port. */
final class BoundFirst {
  private BoundFirst() {}

  @Advice.OnMethodExit
  static void bound(@Advice.Argument(0) int port) {
    NonrootTrigger.bound(port);
  }
}
