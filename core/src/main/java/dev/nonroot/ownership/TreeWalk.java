package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/**
 * Walks a tree that somebody else may be changing. A directory is opened once, and from then on is
 * its descriptor, wherever it is moved.
 */
final class TreeWalk {
  /** No path of PATH_MAX leads deeper. It bounds the memory for what a user may make. */
  static final int MAX_DEPTH = 2048;

  private static final byte DT_DIR = 4;

  private final LibC libC;
  private final Chown chown;
  private final Status status;
  private final DirectoryStack directories;
  private long device;

  /**
   * @param chown what knows where the walk is, and what was looked at last
   */
  TreeWalk(Chown chown) {
    this.libC = chown.libC();
    this.chown = chown;
    this.status = chown.status();
    this.directories = chown.directories();
  }

  /**
   * Walks from a directory down, on one file system.
   *
   * @param top a descriptor of it that is open for reading, which is closed at the end
   * @param fileSystem on which that is
   * @param visitor what is done on the way
   */
  void walk(int top, long fileSystem, Visitor visitor) throws OwnershipException, PosixException {
    device = fileSystem;
    push(top, visitor);
    while (directories.depth() > 0 && !visitor.isOver()) {
      DirectoryReader directory = directories.innermost();
      int result = directory.next(libC);
      if (result > 0) {
        visit(directory, visitor);
      } else {
        boolean isAtEnd = result == 0 || libC.errno() == Errno.ENOENT; // at its end, or removed
        directories.pop();
        if (isAtEnd) {
          visitor.leave(directory);
        } else {
          visitor.failed("getdents64");
        }
        directories.close(directory.fd());
      }
    }
    directories.closeAll();
  }

  private void visit(DirectoryReader directory, Visitor visitor)
      throws OwnershipException, PosixException {
    if (directory.type() == DT_DIR) {
      enter(directory, visitor);
    } else if (status.of(directory) != 0) {
      visitor.failed("fstatat");
    } else if (status.isDirectory()) { // where d_type is not known
      enter(directory, visitor);
    } else if (visitor.visit(directory)) {
      enter(directory, visitor);
    }
  }

  private void enter(DirectoryReader directory, Visitor visitor)
      throws OwnershipException, PosixException {
    if (directories.depth() == MAX_DEPTH) {
      visitor.leaveAlone(LeftAlone.Reason.TOO_DEEP);
      return;
    }
    int fd = libC.openatDirectory(directory.fd(), directory.buffer(), directory.name());
    if (fd >= 0) {
      push(fd, visitor);
    } else if (libC.errno() == Errno.EMFILE) {
      visitor.leaveAlone(LeftAlone.Reason.TOO_MANY_OPEN);
    } else {
      visitor.failed("openat");
    }
  }

  private void push(int fd, Visitor visitor) throws OwnershipException, PosixException {
    if (status.of(fd) != 0) {
      visitor.failed("fstatat");
    } else if (status.device() != device) {
      visitor.passOver(fd);
    } else if (visitor.enters(fd)) {
      directories.push(fd).found(status.isRootsAlone(), chown.isDone(), status.changed());
      return;
    }
    directories.close(fd);
  }
}
