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
  private final Chown chown;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone;
  private final FileGiver files;
  private final OtherFileSystems others;
  private long device;

  /**
   * @param chown what gives a directory
   * @param files what gives everything else
   * @param others what passes over that which is mounted below
   */
  TreeWalk(Chown chown, FileGiver files, OtherFileSystems others) {
    this.libC = chown.libC();
    this.chown = chown;
    this.status = chown.status();
    this.directories = chown.directories();
    this.leftAlone = chown.leftAlone();
    this.files = files;
    this.others = others;
  }

  /**
   * Gives a directory, with what is below it on the same file system.
   *
   * @param top a descriptor of it that is open for reading, which is closed at the end
   * @param fileSystem on which that is
   */
  void give(int top, long fileSystem) throws OwnershipException, PosixException {
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
        chown.failed("getdents64");
        directories.close(directory.fd());
      }
    }
  }

  private void visit(DirectoryReader directory) throws OwnershipException, PosixException {
    if (directory.type() == DT_DIR) {
      enter(directory);
    } else if (status.of(directory) != 0) {
      chown.failed("fstatat");
    } else if (status.isDirectory()) { // where d_type is not known
      enter(directory);
    } else if (files.give(directory)) {
      enter(directory);
    }
  }

  private void enter(DirectoryReader directory) throws OwnershipException, PosixException {
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
      chown.failed("openat");
    }
  }

  private void push(int fd) throws OwnershipException, PosixException {
    if (status.of(fd) != 0) {
      chown.failed("fstatat");
      directories.close(fd);
    } else if (status.device() != device) {
      others.passOver(fd);
      directories.close(fd);
    } else {
      directories.push(fd).owned(status.isRootsAlone(), chown.isDone());
    }
  }

  private void leave(DirectoryReader directory) throws OwnershipException, PosixException {
    if (!directory.isGiven()) {
      chown.give(directory.fd(), ITSELF, 0);
    }
    directories.close(directory.fd());
    if (directories.depth() > 0 && directories.innermost().isRootsAlone()) {
      // It need not be any more: a bind mount below may have led to it, or to one above it.
      DirectoryReader above = directories.innermost();
      boolean known = status.of(above.fd()) == 0;
      if (!known) {
        chown.failed("fstatat");
      }
      above.owned(known && status.isRootsAlone(), known && chown.isDone());
    }
  }
}
