package dev.nonroot.posix;

/** A call failed; the message is the call, its arguments and the error's text. */
public final class PosixException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param call the call with its arguments, e.g. {@code setresuid(1000, 1000, 1000)}
   * @param errno what errno(3) said
   */
  public PosixException(String call, int errno) {
    this(call, errno, Errno.text(errno));
  }

  /**
   * @param call the call with its arguments
   * @param errno what errno(3) said
   * @param reason what to say of it
   */
  public PosixException(String call, int errno, String reason) {
    super(call + ": " + reason);
    this.errno = errno;
  }

  /**
   * @return what errno(3) said
   */
  public int errno() {
    return errno;
  }
}
