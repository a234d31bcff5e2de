package dev.nonroot.fake;

import dev.nonroot.guard.Jvm;
import dev.nonroot.report.Report;

/**
 * A JVM with pid 42 that started at the epoch.
 *
 * @param main its main class or jar, or null
 * @param mainModule the module that it was told to run, or null
 * @param runsNoApplication whether what it runs is no application
 */
public record FakeJvm(String main, String mainModule, boolean runsNoApplication) implements Jvm {
  /** One that was told to run what is before the slash as a module. */
  public FakeJvm(String main, boolean runsNoApplication) {
    this(
        main,
        main == null || main.indexOf('/') < 0 ? null : main.substring(0, main.indexOf('/')),
        runsNoApplication);
  }

  /** One that runs {@code /app/app.jar}. */
  public static final FakeJvm APP = new FakeJvm("/app/app.jar", false);

  @Override
  public boolean isInstrumented() {
    return true;
  }

  @Override
  public Report.Subject subject() {
    return new Report.Subject(0, 42, main == null ? "" : main, "21.0.1");
  }
}
