package dev.nonroot.launch;

import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;

/**
 * stdin, stdout and stderr. A container engine makes them as root; {@code /dev/stdout} and the like
 * open the file anew, which only its owner may do.
 */
final class StandardStreams {
  private static final byte[] ITSELF = {0};
  private static final int COUNT = 3;

  private StandardStreams() {}

  /**
   * Gives those of root's that are pipes, sockets or terminals to a user, best effort: most
   * commands do without. Files and other devices, /dev/null for one, belong to more than this
   * process; so do /dev/tty and /dev/ptmx, which are terminals that everybody may open anyway.
   */
  static void give(LibC libC, int uid) {
    long[] status = new long[FileMode.STATUS_SIZE];
    for (int fd = 0; fd < COUNT; fd++) {
      if (libC.fstatat(fd, ITSELF, 0, status) == 0
          && status[LibC.ST_UID] == 0
          && isOfThisProcess(libC, fd, status[LibC.ST_MODE])) {
        libC.fchownat(fd, ITSELF, 0, uid, -1);
      }
    }
  }

  private static boolean isOfThisProcess(LibC libC, int fd, long mode) {
    return FileMode.isPipe(mode)
        || FileMode.isSocket(mode)
        || (FileMode.isCharacterDevice(mode)
            && !FileMode.isOpenToAll(mode)
            && libC.isatty(fd) == 1);
  }
}
