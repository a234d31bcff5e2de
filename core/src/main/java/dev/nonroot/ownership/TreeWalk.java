package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/**
 * Walks a tree that somebody else may be changing, and gives each directory after its content, so
 * that one of root's stays root's until then. What is no directory is up to {@link FileGiver}.
 *
 * <p>A directory is opened once, and from then on is its descriptor, wherever it is moved.
 */
final class TreeWalk {
  /** No path of PATH_MAX leads deeper. It bounds the memory for what a user may make. */
  static final int MAX_DEPTH = 2048;

  private static final byte[] ITSELF = {0};
  private static final byte DT_DIR = 4;

  private final LibC libC;
  private final int uid;
  private final int gid;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone;
  private final FileGiver files;
  private long device;

  /**
   * @param libC the C library
   * @param uid to whom to give
   * @param gid to which group to give
   * @param status what was looked at last
   * @param directories where the walk is
   * @param leftAlone what counts the directories that are left alone
   * @param files what gives everything else
   */
  TreeWalk(
      LibC libC,
      int uid,
      int gid,
      Status status,
      DirectoryStack directories,
      LeftAlone leftAlone,
      FileGiver files) {
    this.libC = libC;
    this.uid = uid;
    this.gid = gid;
    this.status = status;
    this.directories = directories;
    this.leftAlone = leftAlone;
    this.files = files;
  }

  /**
   * Gives a directory, with what is below it on the same file system.
   *
   * @param top a descriptor of it that is open for reading, which is closed at the end
   * @param fileSystem on which that is
   */
  void give(int top, long fileSystem) throws PosixException {
    device = fileSystem;
    push(top);
    while (directories.depth() > 0) {
      DirectoryReader directory = directories.innermost();
      int result = directory.next(libC);
      if (result > 0) {
        visit(directory);
      } else if (result == 0 || libC.errno() == Errno.ENOENT) { // at its end, or removed
        directories.pop();
        leave(directory);
      } else {
        directories.pop();
        throw directories.failed("getdents64");
      }
    }
  }

  private void visit(DirectoryReader directory) throws PosixException {
    if (directory.type() == DT_DIR) {
      enter(directory);
    } else if (status.of(directory) != 0) {
      directories.hasVanishedOrFailed("fstatat");
    } else if (status.isDirectory()) { // where d_type is not known
      enter(directory);
    } else if (files.give(directory)) {
      enter(directory);
    }
  }

  private void enter(DirectoryReader directory) throws PosixException {
    if (directories.depth() == MAX_DEPTH) {
      leftAlone.add(LeftAlone.Reason.TOO_DEEP, directories);
      return;
    }
    int fd = libC.openatDirectory(directory.fd(), directory.buffer(), directory.name());
    if (fd >= 0) {
      push(fd);
    } else if (libC.errno() == Errno.EMFILE) {
      leftAlone.add(LeftAlone.Reason.TOO_MANY_OPEN, directories);
    } else {
      directories.hasVanishedOrFailed("openat");
    }
  }

  private void push(int fd) throws PosixException {
    look(fd);
    if (status.device() != device) {
      directories.close(fd); // of another file system, which is mounted here
    } else {
      directories.push(fd).owned(status.isRootsAlone(), status.isOwnedBy(uid, gid));
    }
  }

  private void leave(DirectoryReader directory) throws PosixException {
    if (!directory.isGiven() && libC.fchownat(directory.fd(), ITSELF, 0, uid, gid) != 0) {
      throw directories.failed("fchownat");
    }
    directories.close(directory.fd());
    if (directories.depth() > 0 && directories.innermost().isRootsAlone()) {
      // It need not be any more: a bind mount below may have led to it, or to one above it.
      DirectoryReader above = directories.innermost();
      look(above.fd());
      above.owned(status.isRootsAlone(), status.isOwnedBy(uid, gid));
    }
  }

  private void look(int fd) throws PosixException {
    if (status.of(fd) != 0) {
      throw directories.failed("fstatat");
    }
  }
}
