package dev.nonroot.guard;

import dev.nonroot.report.Report;

/** The JVM that an agent is in. */
public interface Jvm {
  /**
   * @return the main class, {@code module/class} or path of a jar that it runs, one char per byte;
   *     null if it has none, as one that was started through JNI
   */
  String main();

  /**
   * @return whether it runs nothing, as for {@code java -version}
   */
  boolean runsNothing();

  /**
   * @return what a report says of it
   */
  Report.Subject subject();
}
