package dev.nonroot.system;

import dev.nonroot.text.Decimal;

/**
 * Paths that name an open file descriptor: links that the kernel makes, and in whose place nobody
 * can put another.
 */
public final class FdPath {
  private FdPath() {}

  /**
   * @param path a path
   * @return whether it is {@code /dev/stdout}, {@code /dev/stderr}, {@code /dev/fd/N}, {@code
   *     /proc/PID/fd/N} or {@code /proc/PID/task/TID/fd/N}, letter by letter
   */
  public static boolean is(String path) {
    return path.equals("/dev/stdout")
        || path.equals("/dev/stderr")
        || isNumberAfter("/dev/fd/", path)
        || (path.startsWith("/proc/") && isOfProcess(path, "/proc/".length()));
  }

  private static boolean isOfProcess(String path, int pid) {
    int end = path.indexOf('/', pid);
    if (end <= pid || path.charAt(pid) == '.') {
      return false;
    }
    String rest = path.substring(end);
    if (rest.startsWith("/task/")) {
      int slash = rest.indexOf('/', "/task/".length());
      if (slash < 0 || !isNumberAfter("/task/", rest.substring(0, slash))) {
        return false;
      }
      rest = rest.substring(slash);
    }
    return isNumberAfter("/fd/", rest);
  }

  private static boolean isNumberAfter(String start, String text) {
    return text.startsWith(start) && Decimal.parse(text, start.length()) >= 0;
  }
}
