package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;

/**
 * Decides whether one file may be given, and gives it: anything but a directory.
 *
 * <ul>
 *   <li>A file is opened by O_PATH, looked at and given by its descriptor, unless its directory is
 *       root's and only root can write to it. That saves five calls for each file where they are
 *       many: in a tree of root's.
 *   <li>A file with more links than one is left to {@link HardLinks}, as one of them may be
 *       outside.
 *   <li>The one link of a file must be the entry by which it was opened, and must have been all the
 *       time: somebody may link a file of root's into their directory, wait until that is opened,
 *       and remove it again. The file then has one link, outside. See {@link EntryCheck} and {@link
 *       ChangeCheck}.
 *   <li>A device node is left alone, unless it is named itself.
 * </ul>
 */
final class FileGiver {
  private static final byte[] ITSELF = {0};

  private final LibC libC;
  private final Chown chown;
  private final OtherFileSystems others;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone;
  private final EntryCheck entryCheck;
  private final ChangeCheck changeCheck;
  private long device;
  private long links;
  private boolean hasLinks;

  /**
   * @param os the clock
   * @param chown what gives a file
   * @param others what passes over that which is mounted in the tree
   */
  FileGiver(OperatingSystem os, Chown chown, OtherFileSystems others) {
    this.libC = chown.libC();
    this.chown = chown;
    this.others = others;
    this.status = chown.status();
    this.directories = chown.directories();
    this.leftAlone = chown.leftAlone();
    this.entryCheck = new EntryCheck(libC);
    this.changeCheck = new ChangeCheck(os);
  }

  /** Gives files of that file system only, from now on. */
  void stayOn(long fileSystem) {
    device = fileSystem;
    hasLinks = false;
  }

  /** Whether there were files with several links since then, which are not given yet. */
  boolean haveLinks() {
    return hasLinks;
  }

  /** How many links those have that were passed over so far. */
  long links() {
    return links;
  }

  /**
   * Gives the entry that a directory is at, after a look at it.
   *
   * @return true if a directory has taken its place by now, which is not given
   */
  boolean give(DirectoryReader directory) throws OwnershipException, PosixException {
    if (status.device() != device) {
      others.passOver(directory);
      return false;
    }
    if (chown.isDone()) {
      return false;
    }
    if (!directory.isRootsAlone()) {
      return giveOpening(directory);
    }
    if (isAllowed()) {
      chown.give(directory.fd(), directory.buffer(), directory.name());
    }
    return false;
  }

  /** Gives the file that is there now, which need not be the one that was there before. */
  private boolean giveOpening(DirectoryReader directory) throws OwnershipException, PosixException {
    boolean done = false;
    while (!done) {
      int fd = libC.openatPath(directory.fd(), directory.buffer(), directory.name());
      if (fd < 0) {
        if (libC.errno() == Errno.EMFILE) {
          leftAlone.add(LeftAlone.Reason.TOO_MANY_OPEN, directories);
        } else {
          chown.failed("openat");
        }
        return false;
      }
      done = giveOpened(directory.fd(), fd, directory.buffer(), directory.name());
      boolean isDirectory = status.isDirectory();
      directories.close(fd);
      if (isDirectory) {
        return true;
      }
    }
    return false;
  }

  /**
   * Gives what was opened by O_PATH, unless it is a directory.
   *
   * @param directory where it was opened, a descriptor that is open for reading
   * @param fd its own
   * @param names what holds the name by which it was opened
   * @param name where that starts
   * @return false if it has to be opened again
   */
  boolean giveOpened(int directory, int fd, byte[] names, int name) throws OwnershipException {
    EntryCheck.State state = entryCheck.state(directory, fd, names, name);
    if (state == EntryCheck.State.FAILED) {
      chown.failed(entryCheck.failed());
      return true;
    }
    if (status.of(fd) != 0) {
      chown.failed("fstatat");
      return true;
    }
    if (status.isDirectory() || !isToBeGiven() || !isAllowed()) {
      return true;
    }
    if (state == EntryCheck.State.UNKNOWN) {
      leftAlone.add(LeftAlone.Reason.ODD_PATH, directories);
    } else if (state == EntryCheck.State.THERE) { // else it may be outside now
      long changed = status.changed();
      if (changeCheck.isBeforeOpen(changed)) {
        chown.give(fd, ITSELF, 0);
      } else if (changeCheck.await(changed)) {
        return false;
      } else {
        leftAlone.add(LeftAlone.Reason.RESTLESS, directories);
      }
    }
    return true;
  }

  /** Whether there is something to do about what was looked at last. */
  boolean isToBeGiven() {
    return !chown.isDone() && status.device() == device;
  }

  /** Whether nothing stands against giving what was looked at last; counts it if so. */
  private boolean isAllowed() {
    if (status.isDevice() && directories.depth() > 0) {
      leftAlone.add(LeftAlone.Reason.DEVICE, directories);
      return false;
    }
    if (status.links() > 1 && !chown.isUsers()) {
      links++;
      hasLinks = true;
      return false;
    }
    return true;
  }
}
