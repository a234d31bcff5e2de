package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.text.Words;
import java.io.IOException;
import java.util.List;

/**
 * A JVM without a compiler, whose threads need no memory while the launcher's own sets a limit of
 * it: one that does and gets none complains on stdout, and ends the JVM.
 */
final class InterpretedJvm {
  /**
   * Set where the JVM has been started again; a later -Xmixed of the caller's may undo the rest.
   */
  private static final String TRIED = "nonroot-launcher.interpreted";

  private static final String EXECUTABLE = "/proc/self/exe";

  private InterpretedJvm() {}

  /** Tells whether this JVM is one, or was meant to be. */
  static boolean isThis() {
    return System.getProperty("java.vm.info", "").startsWith("interpreted mode")
        || System.getProperty(TRIED) != null;
  }

  /**
   * Becomes one, with the same arguments.
   *
   * @param environment the caller's
   * @return why that does not work; it returns only then
   * @throws IOException if this JVM's command line cannot be read
   */
  static LaunchException become(LibC libC, Environment environment) throws IOException {
    String[] argv = arguments(CallerProcess.commandLine());
    PosixException failure = new Posix(libC).execve(EXECUTABLE, argv, environment.toArray());
    return new LaunchException(
        ExitCode.LAUNCHER_FAILED,
        "the JVM cannot be started again without its compiler: " + failure.getMessage());
  }

  /** The command line of a JVM with the options for that before its own. */
  static String[] arguments(String commandLine) {
    List<String> all = Words.split(commandLine, '\0');
    all.remove(all.size() - 1); // there is a NUL behind the last one as well
    all.addAll(1, List.of("-Xint", "-D" + TRIED + "=true"));
    return all.toArray(new String[0]);
  }
}
