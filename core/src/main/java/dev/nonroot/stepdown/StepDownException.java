package dev.nonroot.stepdown;

/**
 * A step-down that was begun did not succeed. What the process then is, nobody knows: it has to end
 * before any code of the application runs.
 */
public final class StepDownException extends Exception {
  /** How a line about it starts. */
  public static final String FAILED = "step-down failed: ";

  private static final long serialVersionUID = 1L;

  /**
   * @param message the call that failed, with its arguments and the reason, or what was found
   *     afterwards that should not be
   */
  public StepDownException(String message) {
    super(message);
  }
}
