package dev.nonroot.agent.inner;

import dev.nonroot.guard.JavaCommand;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.report.Report;

/** The JVM that this agent is in, as its system properties describe it. */
final class ThisJvm {
  /** The java command sets it to main class, module or jar, with the arguments behind it. */
  private static final String COMMAND = "sun.java.command";

  private static final String CLASS_PATH = "java.class.path";

  private ThisJvm() {}

  static String main() {
    String command = System.getProperty(COMMAND);
    if (command == null) {
      return null;
    }
    return JvmText.toBytes(JavaCommand.main(command, System.getProperty(CLASS_PATH)));
  }

  static Report.Subject subject() {
    String main = main();
    return new Report.Subject(
        System.currentTimeMillis(),
        ProcessHandle.current().pid(),
        main == null ? "" : main,
        JvmText.toBytes(System.getProperty("java.version")));
  }
}
