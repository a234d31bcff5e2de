package dev.nonroot.launch;

import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;

/**
 * stdin, stdout and stderr. A container engine makes them as root; {@code /dev/stdout} and the like
 * open the file anew, which takes a right to it.
 */
final class StandardStreams {
  private static final byte[] ITSELF = {0};
  private static final int COUNT = 3;
  private static final int READABLE = 044;
  private static final int WRITABLE = 022;

  private StandardStreams() {}

  /**
   * Lets a user open those that are root's, best effort, as most commands do without, and no
   * further than the descriptor itself goes:
   *
   * <ul>
   *   <li>a pipe without a name for reading if it is stdin, and else for writing. It stays root's,
   *       as its owner could also read what others write to it. That its mode names everybody lets
   *       nobody else in: the only way to it is /proc, which is open to who may trace the process.
   *   <li>a terminal of which this process is the session leader. It becomes the user's: nobody
   *       else of root's reads it, and it is gone when its session has ended.
   * </ul>
   *
   * <p>Everything with a name in a file system is for whoever made it to give, and a socket cannot
   * be opened by anybody.
   */
  static void give(LibC libC, int uid) {
    long[] status = new long[FileMode.STATUS_SIZE];
    for (int fd = 0; fd < COUNT; fd++) {
      if (libC.fstatat(fd, ITSELF, 0, status) == 0 && status[LibC.ST_UID] == 0) {
        long mode = status[LibC.ST_MODE];
        if (FileMode.isPipe(mode) && !hasName(libC, fd)) {
          libC.fchmod(fd, FileMode.permissions(mode) | (fd == 0 ? READABLE : WRITABLE));
        } else if (FileMode.isCharacterDevice(mode)
            && !FileMode.isOpenToAll(mode)
            && Terminal.isOwn(libC, fd)) {
          libC.fchownat(fd, ITSELF, 0, uid, -1);
        }
      }
    }
  }

  /** The link of a pipe without one is {@code pipe:[...]}; one that cannot be read may have one. */
  private static boolean hasName(LibC libC, int fd) {
    byte[] link = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/', 0, 0};
    link[link.length - 2] = (byte) ('0' + fd);
    byte[] first = new byte[1];
    return libC.readlink(link, first) != 1 || first[0] < 'a' || first[0] > 'z';
  }
}
