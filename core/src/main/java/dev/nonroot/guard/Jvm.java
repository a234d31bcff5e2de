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
   * @return {@code java.home}, one char per byte; null if that is not known
   */
  String home();

  /**
   * @return the path of this agent's own file, or null
   */
  String agent();

  /**
   * @return the directory that {@code nonroot-agent.jar} and {@code nonroot-launcher.jar} lie in,
   *     or null
   */
  String installation();

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
