package dev.nonroot.guard;

import dev.nonroot.config.Spawn;
import java.util.List;

/**
 * What an agent has to do about a JVM.
 *
 * @param outcome what to do now, or null if there is nothing to do
 * @param pending a step-down that is to come, or null: as long as it has not come the process is
 *     root, and the agent has to bring it to one of its ends
 * @param childProcesses what is to be done about processes that the JVM starts, before the
 *     application runs, or null
 */
public record Decision(Outcome outcome, PendingStepDown pending, ChildProcesses childProcesses) {
  /** The JVM ends, or nothing of it is watched. */
  static Decision of(Outcome outcome) {
    return new Decision(outcome, null, null);
  }

  static Decision nothing(List<String> stderr) {
    return of(Outcome.going(stderr));
  }

  static Decision of(Context context, Outcome outcome) {
    return new Decision(outcome, null, childProcesses(context));
  }

  static Decision later(Context context, List<String> stderr, PendingStepDown pending) {
    return new Decision(Outcome.going(stderr), pending, childProcesses(context));
  }

  private static ChildProcesses childProcesses(Context context) {
    return context.options().spawn() != Spawn.ALLOW && !context.isExempt()
        ? new ChildProcesses(context.os(), context.jvm(), context.options())
        : null;
  }
}
