package dev.nonroot.process;

/** Who the process is could not be found out, which never means that it is not root. */
public final class IdentityException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was asked and why it gave no answer
   */
  public IdentityException(String message) {
    super(message);
  }
}
