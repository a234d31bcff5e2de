package dev.nonroot.ownership;

/** A file could not be given; the message says which, to whom and why, on one line. */
public final class OwnershipException extends Exception {
  private static final long serialVersionUID = 1L;

  OwnershipException(String message) {
    super(message);
  }
}
