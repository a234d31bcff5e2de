package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.text.Message;
import java.io.IOException;
import java.util.Arrays;

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
      exitCode = run(args, new ByteOutput(System.out), new ByteOutput(System.err));
    } catch (Throwable e) { // an Error, of memory for one: what was begun must not go on
      System.err.println("nonroot: error: " + e.toString().replace('\n', ' '));
      exitCode = ExitCode.LAUNCHER_FAILED;
    }
    Runtime.getRuntime().halt(exitCode);
  }

  private static int run(String[] decoded, ByteOutput out, ByteOutput err) {
    try {
      return dispatch(CallerProcess.arguments(decoded), out, err);
    } catch (IOException e) {
      err.println(Message.line("error", "arguments: " + JvmText.toBytes(String.valueOf(e))));
      return ExitCode.LAUNCHER_FAILED;
    }
  }

  /**
   * Runs a subcommand, given its arguments as bytes. {@code exec} has no part in picocli, which
   * takes a tenth of a second to load.
   */
  static int dispatch(String[] args, ByteOutput out, ByteOutput err) {
    return args.length > 0 && args[0].equals(Nonroot.EXEC)
        ? new ExecCommand(out, err).run(Arrays.copyOfRange(args, 1, args.length))
        : new Nonroot(out, err).execute(args);
  }

  /** The name and the version, from the jar's manifest. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "nonroot " + (version == null ? "unpacked" : version);
  }
}
