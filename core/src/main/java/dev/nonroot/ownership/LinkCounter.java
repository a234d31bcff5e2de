package dev.nonroot.ownership;

import dev.nonroot.posix.LibC;

/**
 * Counts the links that files have in trees. The count holds only if it has come to no directory
 * and no entry twice, whatever somebody else does meanwhile:
 *
 * <ul>
 *   <li>Another path's own directory is counted as that path's tree, and nothing behind a mount
 *       point is counted, as a bind mount shows what may be elsewhere in a tree.
 *   <li>No directory may change from the start of the count until it is left, by its st_ctim. So
 *       nothing can be moved to where the count has yet to come.
 * </ul>
 */
final class LinkCounter extends Visitor {
  private static final byte[] ITSELF = {0};

  private static final long MOUNT_ROOT = 0x2000;

  private final LibC libC;
  private final Chown chown;
  private final Status status;
  private final DirectoryStack directories;
  private final Tops tops;
  private final LinkTable table;
  private final long[] attributes = new long[2];
  private long since;
  private LeftAlone.Reason obstacle;

  LinkCounter(Chown chown, Tops tops, LinkTable table) {
    this.libC = chown.libC();
    this.chown = chown;
    this.status = chown.status();
    this.directories = chown.directories();
    this.tops = tops;
    this.table = table;
  }

  /** Counts anew, from that time on, in milliseconds since the epoch. */
  void start(long now) {
    since = now;
    obstacle = null;
    table.clear();
  }

  /** What stands against the count, or null. */
  LeftAlone.Reason obstacle() {
    return obstacle;
  }

  @Override
  boolean isOver() {
    return obstacle != null;
  }

  @Override
  boolean enters(int fd) {
    boolean isTop = directories.depth() == 0;
    if (!isTop && tops.has(status.device(), status.inode())) {
      return false;
    }
    if (!ChangeCheck.isBefore(status.changed(), since)) {
      obstacle = LeftAlone.Reason.RESTLESS_TREE;
    }
    return !isMountPoint(fd, ITSELF, 0) || isTop;
  }

  @Override
  boolean visit(DirectoryReader directory) {
    if (mayBeGiven(chown)
        && table.takes(status.inode())
        && ChangeCheck.isBefore(status.changed(), since)
        && !isMountPoint(directory.fd(), directory.buffer(), directory.name())) {
      table.see(status.inode(), status.links(), status.changed());
    }
    return false;
  }

  /** Whether what was looked at last is to be given if the count allows it. */
  static boolean mayBeGiven(Chown chown) {
    Status status = chown.status();
    return status.links() > 1 && !chown.isUsers() && !status.isDirectory() && !status.isDevice();
  }

  @Override
  void leave(DirectoryReader directory) {
    if (status.of(directory.fd()) != 0 || status.changed() != directory.changed()) {
      obstacle = LeftAlone.Reason.RESTLESS_TREE;
    }
  }

  private boolean isMountPoint(int fd, byte[] names, int name) {
    boolean known = libC.statx(fd, names, name, attributes) == 0;
    if (!known || (attributes[1] & MOUNT_ROOT) == 0) {
      obstacle = LeftAlone.Reason.MOUNTS_UNKNOWN;
      return true;
    }
    return (attributes[0] & MOUNT_ROOT) != 0;
  }
}
