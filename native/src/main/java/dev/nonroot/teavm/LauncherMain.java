package dev.nonroot.teavm;

import dev.nonroot.launch.Environment;
import dev.nonroot.launch.FrontEnd;
import dev.nonroot.launch.Launcher;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Words;
import java.util.List;

/** The native launcher. */
public final class LauncherMain implements FrontEnd {
  private LauncherMain() {}

  /**
   * Runs the launcher.
   *
   * @param ignored nothing: TeaVM would decode the arguments by the locale
   */
  public static void main(String[] ignored) {
    List<String> argv = Words.split(Bytes.toString(CText.args()), '\0');
    argv.remove(argv.size() - 1); // there is a NUL behind the last one as well
    Environment environment = Environment.of(Bytes.toString(CText.environ()));
    C.exit(
        new Launcher(new PosixOperatingSystem(), environment, new LauncherMain())
            .runByName(argv.toArray(new String[0])));
  }

  @Override
  public String program() {
    return "nonroot";
  }

  @Override
  public String version() {
    return "nonroot " + CText.version();
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

  @Override
  public void beforePlan(boolean threadsMayStarve) {} // it has only one
}
