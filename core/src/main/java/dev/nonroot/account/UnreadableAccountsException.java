package dev.nonroot.account;

import dev.nonroot.ConfigurationException;

/** /etc/passwd or /etc/group is there, and cannot be read. */
public final class UnreadableAccountsException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line that says which, and why
   */
  UnreadableAccountsException(String message) {
    super(message);
  }
}
