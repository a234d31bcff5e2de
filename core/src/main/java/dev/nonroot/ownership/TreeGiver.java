package dev.nonroot.ownership;

import dev.nonroot.posix.PosixException;

/**
 * Gives each directory after its content, so that one of root's stays root's until then. What is no
 * directory is up to {@link FileGiver}. The top of a tree with hard links waits for those.
 */
final class TreeGiver extends Visitor {
  private static final byte[] ITSELF = {0};

  private final Chown chown;
  private final Status status;
  private final DirectoryStack directories;
  private final FileGiver files;
  private final OtherFileSystems others;

  /**
   * @param chown what gives a directory
   * @param files what gives everything else
   * @param others what passes over that which is mounted below
   */
  TreeGiver(Chown chown, FileGiver files, OtherFileSystems others) {
    this.chown = chown;
    this.status = chown.status();
    this.directories = chown.directories();
    this.files = files;
    this.others = others;
  }

  @Override
  boolean enters(int fd) {
    return true;
  }

  @Override
  boolean visit(DirectoryReader directory) throws OwnershipException, PosixException {
    return files.give(directory);
  }

  @Override
  void leave(DirectoryReader directory) throws OwnershipException {
    boolean isTop = directories.depth() == 0;
    if (!directory.isGiven() && !(isTop && files.haveLinks())) {
      chown.give(directory.fd(), ITSELF, 0);
    }
    if (!isTop && directories.innermost().isRootsAlone()) {
      // It need not be any more: a bind mount below may have led to it, or to one above it.
      DirectoryReader above = directories.innermost();
      boolean known = status.of(above.fd()) == 0;
      if (!known) {
        chown.failed("fstatat");
      }
      above.found(known && status.isRootsAlone(), known && chown.isDone(), 0);
    }
  }

  @Override
  void passOver(int fd) {
    others.passOver(fd);
  }

  @Override
  void failed(String call) throws OwnershipException {
    chown.failed(call);
  }

  @Override
  void leaveAlone(LeftAlone.Reason reason) {
    chown.leftAlone().add(reason, directories);
  }
}
