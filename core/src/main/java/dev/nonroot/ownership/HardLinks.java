package dev.nonroot.ownership;

import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import java.util.List;

/**
 * Gives files with several links, if all of those lie in the trees that are to be given. One walk
 * over all trees counts the links of each file, another gives those that are complete. In between
 * nobody may link, unlink or move a file: that changes its st_ctim, which the second walk compares.
 */
final class HardLinks {
  /** For how long to wait before each try, so that older changes can be told from new ones. */
  private static final int[] PAUSES = {60, 1200, 1200};

  private static final byte[] ITSELF = {0};

  private final OperatingSystem os;
  private final List<String> paths;
  private final boolean[] waiting;
  private final Chown chown;
  private final Status status;
  private final PathOpener opener;
  private final TreeWalk walk;
  private final Tops tops;
  private final LinkTable table = new LinkTable();
  private final LinkCounter counter;
  private final LinkGiver giver;

  /**
   * @param os the clock
   * @param paths what is to be given
   * @param waiting which of them have such files, and are to be given themselves at the end
   * @param chown what gives a file
   * @param opener what opens a path
   * @param walk what walks a tree
   * @param tops what knows where the paths lead to
   */
  HardLinks(
      OperatingSystem os,
      List<String> paths,
      boolean[] waiting,
      Chown chown,
      PathOpener opener,
      TreeWalk walk,
      Tops tops) {
    this.os = os;
    this.paths = paths;
    this.waiting = waiting;
    this.chown = chown;
    this.status = chown.status();
    this.opener = opener;
    this.walk = walk;
    this.tops = tops;
    counter = new LinkCounter(chown, tops, table);
    giver = new LinkGiver(chown, table);
  }

  /**
   * Gives them, and then the paths that wait for that.
   *
   * @param links about how many links there are in all
   */
  void give(long links) throws OwnershipException, PosixException {
    for (int path = 0; path < paths.size(); path++) {
      if (tops.isFirstOnDevice(path)) {
        int parts = LinkTable.parts(links / 2);
        for (int part = 0; part < parts; part++) {
          give(tops.device(path), part, parts);
        }
      }
    }
    for (int path = 0; path < paths.size(); path++) {
      if (waiting[path] && opens(path) && status.isDirectory() && !chown.isDone()) {
        chown.give(opener.fd(), ITSELF, 0);
      }
      opener.release();
    }
  }

  private void give(long device, int part, int parts) throws OwnershipException, PosixException {
    table.start(part, parts);
    count(device);
    if (table.isTooSmall()) {
      give(device, part, 2 * parts);
      give(device, part + parts, 2 * parts);
      return;
    }
    LeftAlone.Reason obstacle = counter.obstacle();
    if (obstacle != null) {
      table.clear();
    }
    giver.start(device, obstacle == null ? LeftAlone.Reason.LINKS : obstacle);
    walk(device, giver);
  }

  private void count(long device) throws OwnershipException, PosixException {
    for (int pause : PAUSES) {
      os.pause(pause);
      counter.start(os.currentTimeMillis());
      walk(device, counter);
      if (counter.obstacle() != LeftAlone.Reason.RESTLESS_TREE) {
        return;
      }
    }
  }

  private void walk(long device, Visitor visitor) throws OwnershipException, PosixException {
    for (int path = 0; path < paths.size() && !visitor.isOver(); path++) {
      if ((visitor == counter || waiting[path]) && opens(path) && status.device() == device) {
        if (status.isDirectory()) {
          walk.walk(opener.openForReading(), device, visitor);
        } else if (visitor == giver) {
          giver.give(opener.fd());
        }
      }
      opener.release();
    }
  }

  /** Opens a path, if it leads to where it has led, and no path before it does. */
  private boolean opens(int path) throws OwnershipException, PosixException {
    chown.directories().start(paths.get(path));
    if (!tops.isFirst(path)) {
      return false;
    }
    try {
      opener.open(paths.get(path));
    } catch (OwnershipException e) { // a link that was none at the first walk
      throw chown.cannotGive(e.getMessage());
    }
    return tops.isAt(path, status.device(), status.inode());
  }
}
