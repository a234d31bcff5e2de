package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.Advice;

/** At the end of a constructor, around which no handler of exceptions can be put. */
final class ConstructorEnded {
  private ConstructorEnded() {}

  @Advice.OnMethodExit
  static void ended() {
    NonrootTrigger.ended(null);
  }
}
