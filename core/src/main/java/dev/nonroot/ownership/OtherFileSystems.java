package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;

/** Passes over what is mounted below a path, and notes what the user cannot write to. */
final class OtherFileSystems {
  private static final String LINK = "/proc/self/fd/";

  private final LibC libC;
  private final Chown chown;
  private final Status status;
  private final Tops tops;
  private long device;
  private boolean readOnly;

  /**
   * @param chown what knows the user, and what was looked at last
   * @param tops what is given in its own right
   */
  OtherFileSystems(Chown chown, Tops tops) {
    this.libC = chown.libC();
    this.chown = chown;
    this.status = chown.status();
    this.tops = tops;
  }

  /** Passes over the directory that was looked at last. */
  void passOver(int fd) {
    if (isMissed()) {
      add(LINK + fd);
    }
  }

  /** Passes over the entry, no directory, that was looked at last. */
  void passOver(DirectoryReader directory) {
    if (isMissed()) {
      // Overlayfs may have very many such files, and no text is made for each.
      add(status.device() == device ? "" : LINK + directory.fd() + "/" + directory.nameText());
    }
  }

  private boolean isMissed() {
    return !chown.isDone()
        && !status.isWritableBy(chown.account())
        && !tops.has(status.device(), status.inode());
  }

  private void add(String place) {
    if (status.device() != device) {
      device = status.device();
      readOnly = libC.access(place, LibC.W_OK) != 0 && libC.errno() == Errno.EROFS;
    }
    LeftAlone.Reason reason =
        readOnly ? LeftAlone.Reason.READ_ONLY : LeftAlone.Reason.OTHER_FILE_SYSTEM;
    chown.leftAlone().add(reason, chown.directories());
  }
}
