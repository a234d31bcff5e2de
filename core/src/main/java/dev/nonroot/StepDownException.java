package dev.nonroot;

/**
 * A step-down that was begun did not succeed. What the process then is, nobody knows: it has to end
 * before any code of the application runs.
 */
public final class StepDownException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the call that failed, with its arguments and the reason, or what was found
   *     afterwards that should not be
   */
  public StepDownException(String message) {
    super(message);
  }
}
