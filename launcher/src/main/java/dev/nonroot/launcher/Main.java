package dev.nonroot.launcher;

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
    System.exit(new Nonroot(new ByteOutput(System.out), new ByteOutput(System.err)).run(args));
  }
}
