package dev.nonroot.ownership;

import dev.nonroot.posix.PosixException;

/** What a {@link TreeWalk} does with what it comes to. */
abstract class Visitor {
  /**
   * Decides whether the walk goes into a directory, which was looked at last.
   *
   * @param fd its own, open for reading
   */
  abstract boolean enters(int fd);

  /**
   * Does something with the entry that a directory is at, which was looked at last and is none.
   *
   * @return true if a directory has taken its place by now
   */
  abstract boolean visit(DirectoryReader directory) throws OwnershipException, PosixException;

  /** Does something with a directory, all of whose entries are behind the walk. */
  void leave(DirectoryReader directory) throws OwnershipException, PosixException {}

  /** Passes over a directory of another file system, which was looked at last. */
  void passOver(int fd) {}

  /** Takes note of a call that has just failed for the entry where the walk is. */
  void failed(String call) throws OwnershipException {}

  /** Takes note of a directory that the walk does not go into. */
  void leaveAlone(LeftAlone.Reason reason) {}

  /** Whether there is no need to go on. */
  boolean isOver() {
    return false;
  }
}
