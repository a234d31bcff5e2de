package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.Advice;

/** Behind a bind whose fourth argument is the port. */
final class BoundFourth {
  private BoundFourth() {}

  @Advice.OnMethodExit
  static void bound(@Advice.Argument(3) int port) {
    NonrootTrigger.bound(port);
  }
}
