package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.Advice;

/** Behind a bind whose second argument is the port. */
final class BoundSecond {
  private BoundSecond() {}

  @Advice.OnMethodExit
  static void bound(@Advice.Argument(1) int port) {
    NonrootTrigger.bound(port);
  }
}
