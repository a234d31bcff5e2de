package dev.nonroot.ownership;

import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/** Gives the files all of whose links have been counted in the trees. */
final class LinkGiver extends Visitor {
  private static final byte[] ITSELF = {0};

  private final LibC libC;
  private final Chown chown;
  private final Status status;
  private final DirectoryStack directories;
  private final LinkTable table;
  private LeftAlone.Reason reason = LeftAlone.Reason.LINKS;
  private long device;

  LinkGiver(Chown chown, LinkTable table) {
    this.libC = chown.libC();
    this.chown = chown;
    this.status = chown.status();
    this.directories = chown.directories();
    this.table = table;
  }

  /** Gives files of that file system from now on, and leaves others alone for that reason. */
  void start(long fileSystem, LeftAlone.Reason leftAlone) {
    device = fileSystem;
    reason = leftAlone;
  }

  @Override
  boolean enters(int fd) {
    return true;
  }

  @Override
  boolean visit(DirectoryReader directory) throws OwnershipException, PosixException {
    if (LinkCounter.mayBeGiven(chown) && status.device() == device) {
      int fd = libC.openatPath(directory.fd(), directory.buffer(), directory.name());
      if (fd < 0) {
        failed("openat");
      } else {
        give(fd);
        directories.close(fd);
      }
    }
    return false;
  }

  @Override
  void failed(String call) throws OwnershipException {
    if (!chown.isBestEffort()) { // else the first walk has told of it
      chown.failed(call);
    }
  }

  /** Gives a file, opened by O_PATH, if it is one to give. */
  void give(int fd) throws OwnershipException {
    if (status.of(fd) != 0) {
      failed("fstatat");
    } else if (LinkCounter.mayBeGiven(chown)
        && status.device() == device
        && table.takes(status.inode())) {
      if (table.isComplete(status.inode(), status.changed())) {
        chown.give(fd, ITSELF, 0);
      } else {
        chown.leftAlone().add(reason, directories);
      }
    }
  }
}
