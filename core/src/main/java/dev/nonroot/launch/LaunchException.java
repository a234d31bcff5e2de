package dev.nonroot.launch;

/** The launcher ends without running the command, or could not execute it. */
public final class LaunchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode with which code to end
   * @param message why, on one line
   */
  public LaunchException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /**
   * @return with which code to end
   */
  public int exitCode() {
    return exitCode;
  }
}
