package dev.nonroot.agent.inner;

import dev.nonroot.agent.inner.instrument.Instrumenter;
import dev.nonroot.guard.ChildProcesses;
import dev.nonroot.guard.Outcome;
import dev.nonroot.jvm.JvmText;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Tells of processes that the JVM starts, and keeps it from that where they are denied. */
final class SpawnWatch implements Function<String[], String> {
  private final ChildProcesses processes;

  private SpawnWatch(ChildProcesses processes) {
    this.processes = processes;
  }

  /**
   * Instruments the JVM, and restricts the process. Where that is impossible the JVM is ended.
   *
   * @param processes what is to be done about them
   * @param instrumentation what the JVM gives to an agent
   * @param instrumenter makes the JVM tell of them
   */
  static void arm(
      ChildProcesses processes, Instrumentation instrumentation, Instrumenter instrumenter) {
    Outcome outcome = processes.restrict();
    if (outcome == null) {
      try {
        instrumenter.tellSpawns(
            Privileges.trustedLookup(instrumentation),
            new SpawnWatch(processes),
            reason -> Agent.print(processes.noLongerNoticed(JvmText.toBytes(reason))));
      } catch (IOException e) {
        outcome = processes.cannotBeHad(JvmText.toBytes(e.getMessage()));
      }
    }
    if (outcome != null) {
      Agent.obey(outcome);
    }
  }

  @Override
  public String apply(String[] command) {
    List<String> words = new ArrayList<>();
    for (String word : command) {
      words.add(JvmText.toBytes(word));
    }
    Agent.print(processes.starting(words, JvmText.toBytes(caller())));
    return processes.areDenied() ? JvmText.ofBytes(Messages.SPAWN_DENIED) : null;
  }

  /** The nearest frame that is neither the JDK's nor nonroot's. */
  private static String caller() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> isOfApplication(frame.getDeclaringClass().getClassLoader()))
                    .findFirst()
                    .map(Object::toString)
                    .orElse(""));
  }

  private static boolean isOfApplication(ClassLoader loader) {
    return loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && loader != SpawnWatch.class.getClassLoader();
  }
}
