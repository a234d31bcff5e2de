package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.text.Bytes;

/**
 * Tells whether the name by which a file was opened was in its directory for sure. A name that is
 * just being removed can still be opened, when the file has one link less already. The check makes
 * no objects, as there may be many files.
 */
final class EntryCheck {
  enum State {
    THERE,
    REMOVED,
    /** Neither can be told. */
    UNKNOWN,
    /** A system call failed; {@link #failed} says which. */
    FAILED
  }

  private static final String LINK = "/proc/self/fd/";

  /** The kernel's: one page, where it fails. */
  private static final int PATH_MAX = 4096;

  private final LibC libC;
  private final byte[] nothing = new byte[0];
  private final byte[] link = Bytes.of(LINK + "0000000000\0");
  private final byte[] path = new byte[PATH_MAX];

  /** What the kernel puts behind the path of what was removed; a name may end so as well. */
  private final byte[] deleted = Bytes.of(" (deleted)");

  private String failed;

  EntryCheck(LibC libC) {
    this.libC = libC;
  }

  /**
   * Looks at the entry once more. A removed one never comes back: a new one is another.
   *
   * @param directory a descriptor, open for reading, of where the file was opened
   * @param file the file's own descriptor
   * @param names what holds the name by which it was opened, with a NUL behind it
   * @param name where that starts
   */
  State state(int directory, int file, byte[] names, int name) {
    // The kernel counts a link less some time before the entry is gone, but holds the directory's
    // lock over both. Reading takes that lock, even where there is no room for a single entry.
    if (libC.getdents64(directory, nothing) != 0 && libC.errno() != Errno.EINVAL) {
      failed = "getdents64";
      return libC.errno() == Errno.ENOENT ? State.REMOVED : State.FAILED;
    }
    putNumber(file);
    int length = libC.readlink(link, path);
    if (length < 0) {
      failed = "readlink";
      return libC.errno() == Errno.ENAMETOOLONG ? State.UNKNOWN : State.FAILED;
    }
    if (!endsWithDeleted(path, length)) {
      return State.THERE;
    }
    int end = name;
    while (names[end] != 0) {
      end++;
    }
    return endsWithDeleted(names, end) ? State.UNKNOWN : State.REMOVED;
  }

  /** The system call that failed last. */
  String failed() {
    return failed;
  }

  private void putNumber(int file) {
    int end = LINK.length();
    for (int rest = file; rest > 9; rest /= 10) {
      end++;
    }
    link[end + 1] = 0;
    for (int rest = file; end >= LINK.length(); rest /= 10) {
      link[end--] = (byte) ('0' + rest % 10);
    }
  }

  private boolean endsWithDeleted(byte[] text, int end) {
    int start = end - deleted.length;
    if (start < 0) {
      return false;
    }
    for (int i = 0; i < deleted.length; i++) {
      if (text[start + i] != deleted[i]) {
        return false;
      }
    }
    return true;
  }
}
