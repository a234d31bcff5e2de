package dev.nonroot.launch;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;

/** Terminals, and who reads what is typed there. */
final class Terminal {
  private Terminal() {}

  /**
   * @return whether it is the terminal of a session that this process leads: of the container's, as
   *     with {@code docker run -it}, for one. A shell that somebody types into leads its own.
   */
  static boolean isOwn(LibC libC, int fd) {
    int session = libC.tcgetsid(fd);
    return session > 0 && session == libC.getpid();
  }

  /**
   * @return whether this process has a controlling terminal that is not its own, so that what it
   *     types there goes to somebody else; also if that cannot be told
   */
  static boolean isShared(LibC libC) {
    int fd = libC.openTerminal();
    if (fd < 0) {
      return libC.errno() != Errno.ENXIO;
    }
    boolean own = isOwn(libC, fd);
    libC.close(fd);
    return !own;
  }
}
