package dev.nonroot.agent.inner;

import dev.nonroot.guard.JavaCommand;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.report.Report;
import java.io.File;
import java.io.IOException;

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

  /**
   * A JVM without a command is one of {@code java -version} and its like, or one that a program
   * made through JNI, as jsvc does: only the first is the JDK's own launcher.
   */
  static boolean runsNothing() {
    if (main() != null) {
      return false;
    }
    try {
      File launcher = new File("/proc/self/exe").getCanonicalFile();
      File bin = new File(System.getProperty("java.home"), "bin").getCanonicalFile();
      return launcher.equals(new File(bin, "java"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether {@code java -jar} was given that very file; then the class path is that jar alone. */
  static boolean runs(File jar) {
    String classPath = System.getProperty(CLASS_PATH);
    if (!JavaCommand.isJar(System.getProperty(COMMAND, ""), classPath)) {
      return false;
    }
    try {
      return new File(classPath).getCanonicalFile().equals(jar.getCanonicalFile());
    } catch (IOException e) {
      return false;
    }
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
