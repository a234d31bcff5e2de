package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.Advice;

/** At the end of a method. */
final class MethodEnded {
  private MethodEnded() {}

  @Advice.OnMethodExit(onThrowable = Throwable.class)
  static void ended(@Advice.Thrown Throwable thrown) {
    NonrootTrigger.ended(thrown);
  }
}
