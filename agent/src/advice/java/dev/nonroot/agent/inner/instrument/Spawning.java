package dev.nonroot.agent.inner.instrument;

import java.io.IOException;
import net.bytebuddy.asm.Advice;

/** Before a process is started whose command is the first argument. */
final class Spawning {
  private Spawning() {}

  @Advice.OnMethodEnter
  static void spawning(@Advice.Argument(0) String[] command) throws IOException {
    NonrootTrigger.spawning(command);
  }
}
