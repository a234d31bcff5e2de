package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.text.Bytes;

/**
 * Opens a path by O_PATH, name by name, and follows no symbolic link: O_NOFOLLOW is about the last
 * name only.
 */
final class PathOpener {
  private static final byte[] ROOT = {'/', 0};

  private final LibC libC;
  private final int uid;
  private final Status status;
  private final DirectoryStack directories;
  private int above;

  /**
   * @param libC the C library
   * @param uid to whom it is given, for a message
   * @param status what was looked at last
   * @param directories what knows the path as a whole
   */
  PathOpener(LibC libC, int uid, Status status, DirectoryStack directories) {
    this.libC = libC;
    this.uid = uid;
    this.status = status;
    this.directories = directories;
  }

  /** The directory in which the path that was opened last is: a descriptor by O_PATH. */
  int above() {
    return above;
  }

  /**
   * Opens a path, and looks at what is there.
   *
   * @return its descriptor
   * @throws OwnershipException at a symbolic link
   */
  int open(String path) throws OwnershipException, PosixException {
    above = LibC.AT_FDCWD;
    int fd = LibC.AT_FDCWD;
    int end = 0;
    if (path.startsWith("/")) {
      fd = opened(libC.openatPath(LibC.AT_FDCWD, ROOT, 0), "/");
    }
    while (end < path.length()) {
      int start = end;
      int slash = path.indexOf('/', start);
      end = slash < 0 ? path.length() : slash;
      if (end > start) {
        byte[] name = Bytes.of(path.substring(start, end) + '\0');
        int next = opened(libC.openatPath(fd, name, 0), path.substring(0, end));
        directories.close(above);
        above = fd;
        fd = next;
        look(fd);
        if (status.isLink()) {
          throw new OwnershipException(Messages.isLink(path, uid, path.substring(0, end)));
        }
      }
      end = slash < 0 ? end : end + 1;
    }
    if (fd == LibC.AT_FDCWD) {
      throw new PosixException("openat(" + path + ")", Errno.ENOENT);
    }
    look(fd);
    return fd;
  }

  private int opened(int fd, String path) throws PosixException {
    if (fd < 0) {
      throw new PosixException("openat(" + path + ")", libC.errno());
    }
    return fd;
  }

  private void look(int fd) throws PosixException {
    if (status.of(fd) != 0) {
      throw directories.failed("fstatat");
    }
  }
}
