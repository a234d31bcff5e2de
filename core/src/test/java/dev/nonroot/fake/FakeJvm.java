package dev.nonroot.fake;

import dev.nonroot.guard.Jvm;
import dev.nonroot.report.Report;

/**
 * A JVM with pid 42 that started at the epoch.
 *
 * @param main its main class or jar, or null
 * @param home its java.home, or null
 */
public record FakeJvm(String main, String home) implements Jvm {
  /** Where the JVM is. */
  public static final String HOME = "/jdk";

  /** One that runs {@code /app/app.jar}. */
  public static final FakeJvm APP = new FakeJvm("/app/app.jar");

  /** One that says that it runs something. */
  public FakeJvm(String main) {
    this(main, HOME);
  }

  /** Makes the process of a kernel execute a program of some words, with some variables. */
  public static void start(
      FakeKernel kernel, String executable, String words, String... variables) {
    kernel.file("/proc/self/exe", "");
    kernel.link("/proc/self/exe", executable);
    kernel.file("/proc/self/cmdline", words.replace(' ', '\0') + '\0');
    kernel.file(
        "/proc/self/maps",
        """
        7f00-7f01 r-xp 0 08:01 1 /usr/lib/libc.so.6
        7f02-7f03 r-xp 0 08:01 2 /jdk/lib/server/libjvm.so
        7f04-7f05 r-xp 0 08:01 3 /jdk8/jre/lib/amd64/server/libjvm.so
        """);
    StringBuilder environment = new StringBuilder();
    for (String variable : variables) {
      environment.append(variable).append('\0');
    }
    kernel.file("/proc/self/environ", environment.toString());
    for (String file :
        new String[] {
          HOME,
          "/opt/nonroot",
          "/opt/nonroot/nonroot-agent.jar",
          "/opt/nonroot/lib/libnonroot.so",
          "/opt/nonroot/nonroot-launcher.jar",
          "/opt/nonroot/launcher.jsa",
          "/evil.jar"
        }) {
      kernel.file(file, "");
    }
  }

  @Override
  public String agent() {
    return "/opt/nonroot/nonroot-agent.jar";
  }

  @Override
  public String installation() {
    return "/opt/nonroot";
  }

  @Override
  public boolean isInstrumented() {
    return true;
  }

  @Override
  public Report.Subject subject() {
    return new Report.Subject(0, 42, main == null ? "" : main, "21.0.1");
  }
}
