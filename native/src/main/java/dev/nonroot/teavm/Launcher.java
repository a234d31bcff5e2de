package dev.nonroot.teavm;

import dev.nonroot.Bytes;
import dev.nonroot.UserSpec;
import dev.nonroot.Words;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.Launch;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.launch.LaunchOptions;
import java.util.ArrayList;
import java.util.List;

/** The native launcher. */
public final class Launcher {
  private Launcher() {}

  /**
   * Runs the launcher.
   *
   * @param ignored the runtime's, which has decoded them by the locale
   */
  public static void main(String[] ignored) {
    int code;
    try {
      code = run();
    } catch (Throwable e) {
      PosixOperatingSystem.print(2, List.of("nonroot: error: " + e));
      code = 125;
    }
    C.exit(code);
  }

  private static int run() throws Exception {
    List<String> args = Words.split(Bytes.toString(CText.args()), '\0');
    args.remove(args.size() - 1);
    Environment environment = Environment.of(Bytes.toString(CText.environ()));
    List<String> command = new ArrayList<>(args.subList(3, args.size()));
    PosixOperatingSystem os = new PosixOperatingSystem();
    LaunchOptions options =
        new LaunchOptions(
            UserSpec.parse(args.get(2)),
            null,
            false,
            0,
            List.of(),
            List.of(),
            -1,
            null,
            false,
            false,
            false,
            false,
            false,
            command);
    Launch launch = new Launch(os, options, environment);
    try {
      launch.plan();
      launch.stepDown();
      throw launch.exec();
    } catch (LaunchException e) {
      PosixOperatingSystem.print(2, List.of(e.getMessage()));
      return e.exitCode();
    }
  }
}
