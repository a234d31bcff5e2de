package dev.nonroot.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;

/**
 * The entry of the Java agent. It is compiled for Java 8, so that an older JVM gets a message and
 * not an UnsupportedClassVersionError, and leaves all else to classes that only their own loader
 * sees.
 */
public final class PreMain {
  private static final int OLDEST_JAVA = 17;
  private static final int REFUSED = 77;
  private static final int CONFIGURATION = 78;

  /** The options that this JVM's agent acted on; an agent given twice acts once. */
  private static String actedOn;

  private PreMain() {}

  /**
   * Checks this JVM before its main class is loaded. It never throws, as that would abort the JVM
   * with a core dump: where the JVM must not go on it ends with nonroot's own exit code.
   *
   * @param options {@code key=value,…}, or null
   * @param instrumentation what the JVM gives to an agent
   */
  public static synchronized void premain(String options, Instrumentation instrumentation) {
    try {
      String given = options == null ? "" : options;
      if (actedOn != null) {
        if (!actedOn.equals(given)) {
          print(
              "warning: the agent is given twice, and its second options are ignored: '"
                  + given
                  + "' after '"
                  + actedOn
                  + "'");
        }
        return;
      }
      actedOn = given;
      if (javaVersion() < OLDEST_JAVA) {
        print(
            "error: this JVM is Java "
                + System.getProperty("java.specification.version")
                + ", and nonroot-agent.jar needs Java "
                + OLDEST_JAVA
                + " or newer; use a newer Java, or start it as another user by the launcher");
        Runtime.getRuntime().halt(CONFIGURATION);
      }
      if (PlainCase.applies(given)) {
        return;
      }
      IsolatedLoader.runAgent(given, instrumentation);
    } catch (Throwable e) {
      print(
          "refused: the agent failed, and who this JVM runs as is not known: "
              + e
              + " [unknown-identity]");
      Runtime.getRuntime().halt(REFUSED);
    }
  }

  private static int javaVersion() {
    String version = System.getProperty("java.specification.version");
    return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
  }

  /** To the descriptor, as an agent before this one may have changed System.err. */
  private static void print(String line) {
    try {
      // Closing the stream would redirect the application's stderr to /dev/null.
      @SuppressWarnings("resource")
      FileOutputStream err = new FileOutputStream(FileDescriptor.err);
      String printable = line.replaceAll("\\p{Cntrl}", " ");
      err.write(("nonroot: " + printable + '\n').getBytes(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      // There is nobody left to tell.
    }
  }
}
