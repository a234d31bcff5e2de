package dev.nonroot.launch;

/** What the launcher is embedded in: a native binary, or a JVM. */
public interface FrontEnd {
  /**
   * @return how the user calls the launcher, e.g. {@code nonroot exec}
   */
  String program();

  /**
   * @return {@code nonroot} and the version
   */
  String version();

  /**
   * Prints on stdout.
   *
   * @param line one line or more, one char per byte, without the last newline
   */
  void out(String line);

  /**
   * Prints on stderr.
   *
   * @param line one line or more, one char per byte, without the last newline
   */
  void err(String line);

  /**
   * Called when the command line has been read, before anything is decided or printed.
   *
   * @param threadsMayStarve whether the process is to get limits of memory or threads just before
   *     the exec, which are the command's and may be too low for threads of the front end
   * @throws LaunchException if the command must not run
   */
  void beforePlan(boolean threadsMayStarve) throws LaunchException;

  /**
   * Called when everything is decided, and before anything is changed.
   *
   * @throws LaunchException if the command must not run
   */
  void beforeStepDown() throws LaunchException;

  /**
   * Called as the new user; the exec comes next. What the front end has changed of the process for
   * itself, it has to put back now.
   *
   * @throws LaunchException if the command must not run
   */
  void beforeExec() throws LaunchException;
}
