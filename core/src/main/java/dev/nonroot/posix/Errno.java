package dev.nonroot.posix;

/** Errors by number and text: those that the calls in {@link LibC} give on Linux; see errno(3). */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** No such process. */
  public static final int ESRCH = 3;

  /** Input/output error. */
  public static final int EIO = 5;

  /** Argument list too long. */
  public static final int E2BIG = 7;

  /** Exec format error. */
  public static final int ENOEXEC = 8;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** Resource temporarily unavailable. */
  public static final int EAGAIN = 11;

  /** Cannot allocate memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** File exists. */
  public static final int EEXIST = 17;

  /** Not a directory. */
  public static final int ENOTDIR = 20;

  /** Too many open files. */
  public static final int EMFILE = 24;

  /** File name too long. */
  public static final int ENAMETOOLONG = 36;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Too many levels of symbolic links. */
  public static final int ELOOP = 40;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Function not implemented. */
  public static final int ENOSYS = 38;

  /** Disk quota exceeded. */
  public static final int EDQUOT = 122;

  private Errno() {}

  /**
   * @param errno an error number
   * @return its text, as strerror(3) gives it in the C locale; {@code errno N} for a number that
   *     none of the calls here gives
   */
  public static String text(int errno) {
    return switch (errno) {
      case EPERM -> "Operation not permitted";
      case ENOENT -> "No such file or directory";
      case ESRCH -> "No such process";
      case 4 -> "Interrupted system call";
      case EIO -> "Input/output error";
      case ENXIO -> "No such device or address";
      case E2BIG -> "Argument list too long";
      case ENOEXEC -> "Exec format error";
      case EBADF -> "Bad file descriptor";
      case EAGAIN -> "Resource temporarily unavailable";
      case ENOMEM -> "Cannot allocate memory";
      case EACCES -> "Permission denied";
      case 14 -> "Bad address";
      case 16 -> "Device or resource busy";
      case EEXIST -> "File exists";
      case 18 -> "Invalid cross-device link";
      case ENOTDIR -> "Not a directory";
      case 21 -> "Is a directory";
      case EINVAL -> "Invalid argument";
      case 23 -> "Too many open files in system";
      case EMFILE -> "Too many open files";
      case 27 -> "File too large";
      case 26 -> "Text file busy";
      case 28 -> "No space left on device";
      case EROFS -> "Read-only file system";
      case 95 -> "Operation not supported";
      case 75 -> "Value too large for defined data type";
      case 116 -> "Stale file handle";
      case EDQUOT -> "Disk quota exceeded";
      case ENAMETOOLONG -> "File name too long";
      case 39 -> "Directory not empty";
      case 31 -> "Too many links";
      case ENOSYS -> "Function not implemented";
      case ELOOP -> "Too many levels of symbolic links";
      case 80 -> "Accessing a corrupted shared library";
      default -> "errno " + errno;
    };
  }
}
