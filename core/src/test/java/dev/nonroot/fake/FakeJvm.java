package dev.nonroot.fake;

import dev.nonroot.guard.Jvm;
import dev.nonroot.report.Report;

/**
 * A JVM with pid 42 that started at the epoch.
 *
 * @param main its main class or jar, or null
 * @param runsNoApplication whether what it runs is no application
 */
public record FakeJvm(String main, boolean runsNoApplication) implements Jvm {
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
