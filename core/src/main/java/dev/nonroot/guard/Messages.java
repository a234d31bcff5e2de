package dev.nonroot.guard;

/** The texts about what an agent does. */
final class Messages {
  /** How much of a command is said, in bytes. */
  private static final int MAX_COMMAND = 1000;

  private Messages() {}

  /** What to append to the finding that root is left. */
  static String cannotStepDown(String reason) {
    return ", and cannot step down: " + reason;
  }

  /** What to append to the finding that root is left. */
  static String deadlinePassed(long milliseconds, String dropAfter, String missing) {
    return " still after" + notInTime(milliseconds, dropAfter, missing) + ", or give it longer";
  }

  /** The same where a JVM has ended by itself. */
  static String endedBefore(long milliseconds, String dropAfter, String missing) {
    return " until its end, before" + notInTime(milliseconds, dropAfter, missing);
  }

  private static String notInTime(long milliseconds, String dropAfter, String missing) {
    String deadline = milliseconds % 1000 == 0 ? milliseconds / 1000 + "s" : milliseconds + "ms";
    return " drop-deadline=" + deadline + ": " + missing + "; correct drop-after=" + dropAfter;
  }

  /**
   * @param command what is started
   * @param caller who starts it, as a stack trace has it; or empty
   * @param denied whether it fails
   */
  static String spawns(String command, String caller, boolean denied) {
    return (denied ? "this JVM tried to start a process: " : "this JVM starts a process: ")
        + (command.length() > MAX_COMMAND ? command.substring(0, MAX_COMMAND) + "..." : command)
        + (caller.isEmpty() ? "; by no frame of the application" : "; by " + caller)
        + (denied
            ? "; if it is meant, spawn=warn or spawn=allow"
            : "; spawn=allow accepts it silently, spawn=deny forbids it");
  }

  static String cannotWatchSpawn(String spawn, String reason) {
    return "spawn=" + spawn + " cannot be had: " + reason;
  }

  /** The message of an agent. */
  static String rootTarget(String spec) {
    return "the user to step down to, '" + spec + "', is root (uid 0)";
  }

  static String cannotReport(String path, String reason) {
    return "cannot append to report-file " + path + ": " + reason;
  }
}
