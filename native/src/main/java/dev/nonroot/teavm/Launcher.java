package dev.nonroot.teavm;

import dev.nonroot.Bytes;
import dev.nonroot.Words;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.FrontEnd;
import java.util.List;

/** The native launcher. */
public final class Launcher implements FrontEnd {
  private Launcher() {}

  /**
   * Runs the launcher.
   *
   * @param ignored the runtime's, which has decoded them by the locale
   */
  public static void main(String[] ignored) {
    int code;
    try {
      code = new Launcher().run();
    } catch (Throwable e) {
      PosixOperatingSystem.print(2, List.of("nonroot: error: " + e));
      code = 125;
    }
    C.exit(code);
  }

  private int run() {
    List<String> args = Words.split(Bytes.toString(CText.args()), '\0');
    args.remove(args.size() - 1);
    Environment environment = Environment.of(Bytes.toString(CText.environ()));
    return new dev.nonroot.launch.Launcher(new PosixOperatingSystem(), environment, this)
        .runByName(args.toArray(new String[0]));
  }

  @Override
  public String program() {
    return "nonroot";
  }

  @Override
  public String version() {
    return "nonroot trial";
  }

  @Override
  public void out(String line) {
    PosixOperatingSystem.print(1, List.of(line));
  }

  @Override
  public void err(String line) {
    PosixOperatingSystem.print(2, List.of(line));
  }

  @Override
  public void beforeStepDown() {}

  @Override
  public void beforeExec() {}
}
