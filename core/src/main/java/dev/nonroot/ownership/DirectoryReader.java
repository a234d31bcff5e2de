package dev.nonroot.ownership;

import dev.nonroot.posix.LibC;
import dev.nonroot.text.Bytes;

/** An open directory, and where in it a walk is. It makes no objects on the way. */
final class DirectoryReader {
  /** As much as the C libraries take; the levels below are rarely full, and may be many. */
  private static final int BUFFER = 32 * 1024;

  /** How many levels have a large buffer. */
  static final int LARGE_LEVELS = 8;

  private static final int SMALL_BUFFER = 2 * 1024;

  // struct linux_dirent64: the inode's number and an offset of 8 bytes each, then these
  private static final int LENGTH = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;

  private final byte[] buffer;
  private int fd;
  private boolean rootsAlone;
  private boolean given;
  private long changed;
  private int end;
  private int next;
  private int entry;

  /**
   * @param depth how many directories are above it
   */
  DirectoryReader(int depth) {
    buffer = new byte[depth < LARGE_LEVELS ? BUFFER : SMALL_BUFFER];
  }

  /**
   * Takes up a directory from its start.
   *
   * @param directory its file descriptor
   */
  void start(int directory) {
    fd = directory;
    end = 0;
    next = 0;
    entry = -NAME;
  }

  /**
   * Says what a look at the directory has found.
   *
   * @param rootsAlone whether root, and nobody but root, can change what is in it
   * @param given whether it belongs to whom it shall belong to
   * @param changed its st_ctim, in nanoseconds
   */
  void found(boolean rootsAlone, boolean given, long changed) {
    this.rootsAlone = rootsAlone;
    this.given = given;
    this.changed = changed;
  }

  /** Goes to the next entry: 1, or 0 if there is none, or -1 if that cannot be found out. */
  int next(LibC libC) {
    do {
      if (next >= end) {
        end = libC.getdents64(fd, buffer);
        if (end <= 0) {
          return end;
        }
        next = 0;
      }
      entry = next;
      next += (buffer[entry + LENGTH] & 0xff) | (buffer[entry + LENGTH + 1] & 0xff) << 8;
    } while (isDots());
    return 1;
  }

  private boolean isDots() {
    int name = name();
    return buffer[name] == '.'
        && (buffer[name + 1] == 0 || (buffer[name + 1] == '.' && buffer[name + 2] == 0));
  }

  int fd() {
    return fd;
  }

  boolean isRootsAlone() {
    return rootsAlone;
  }

  boolean isGiven() {
    return given;
  }

  long changed() {
    return changed;
  }

  /** What holds the entry's name, with a NUL behind it. */
  byte[] buffer() {
    return buffer;
  }

  /** Where the entry's name starts. */
  int name() {
    return entry + NAME;
  }

  byte type() {
    return buffer[entry + TYPE];
  }

  String nameText() {
    int nul = name();
    while (buffer[nul] != 0) {
      nul++;
    }
    return Bytes.toString(buffer, name(), nul);
  }
}
