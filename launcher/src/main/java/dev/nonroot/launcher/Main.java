package dev.nonroot.launcher;

import dev.nonroot.ExitCode;

/** The launcher for any JVM. */
public final class Main {
  private Main() {}

  /**
   * Runs the launcher. It returns to the system only with a failure, with help, or after {@code
   * --dry-run}: otherwise the process becomes the command.
   *
   * @param args the subcommand, its options and the command
   */
  public static void main(String[] args) {
    int exitCode;
    try {
      exitCode = new Nonroot(new ByteOutput(System.out), new ByteOutput(System.err)).run(args);
    } catch (Throwable e) { // an Error, of memory for one: what was begun must not go on
      System.err.println("nonroot: error: " + e.toString().replace('\n', ' '));
      exitCode = ExitCode.LAUNCHER_FAILED;
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
