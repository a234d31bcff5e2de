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
   * @return the module that it was told to run, or {@link Exemption#TOOLS_JAR} without its slash;
   *     null if it runs a class or a jar, whose name may look like a module's
   */
  String mainModule();

  /**
   * @return whether what it runs is surely no application: nothing, as for {@code java -version},
   *     or nonroot's own launcher
   */
  boolean runsNoApplication();

  /**
   * @return whether the agent can find out what the application does, and so step down later than
   *     at the start
   */
  boolean isInstrumented();

  /**
   * @return what a report says of it
   */
  Report.Subject subject();
}
