package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gives files to a user, with what is below them, although somebody else may be changing the tree
 * meanwhile: that user, for one, to whom it belongs in part, in a process that runs already.
 *
 * <p>What is given must be what was looked at. Whoever may write to a directory can put another
 * file in the place of one: a hard link to a file of root's elsewhere, or a symbolic link.
 * Therefore no symbolic link is ever followed, and nothing but single names is looked up; {@link
 * TreeWalk} and {@link FileGiver} say the rest.
 */
public final class Ownership {
  private static final int RLIMIT_NOFILE = 7;
  private static final byte[] HERE = {'.', 0};

  private final LibC libC;
  private final int uid;
  private final Consumer<String> warnings;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone = new LeftAlone();
  private final PathOpener opener;
  private final FileGiver files;
  private final TreeWalk walk;

  /**
   * @param os the clock
   * @param libC the C library
   * @param account to whom to give
   * @param warnings what is told, line by line, what was left alone
   */
  public Ownership(OperatingSystem os, LibC libC, Account account, Consumer<String> warnings) {
    this.libC = libC;
    this.uid = account.uid();
    this.warnings = warnings;
    int gid = account.gid();
    status = new Status(libC);
    directories = new DirectoryStack(libC);
    opener = new PathOpener(libC, uid, status, directories);
    files = new FileGiver(os, libC, uid, gid, status, directories, leftAlone);
    walk = new TreeWalk(libC, uid, gid, status, directories, leftAlone, files);
  }

  /**
   * Gives files, and directories with what is below them on the same file system. Meanwhile the
   * soft limit of open files is the hard one, as the walk has as many open as the tree is deep.
   *
   * @param paths which, one char per byte
   * @throws OwnershipException if anything fails, and at a symbolic link on the way to a path, or
   *     in its place
   * @throws PosixException if the limit cannot be set back
   */
  public void give(List<String> paths) throws OwnershipException, PosixException {
    if (paths.isEmpty()) {
      return;
    }
    long[] open = new long[2];
    boolean raised = libC.getrlimit(RLIMIT_NOFILE, open) == 0 && open[0] != open[1];
    raised = raised && libC.setrlimit(RLIMIT_NOFILE, open[1], open[1]) == 0;
    for (String path : paths) {
      give(path);
    }
    if (raised && libC.setrlimit(RLIMIT_NOFILE, open[0], open[1]) != 0) {
      throw new PosixException("setrlimit(nofile)", libC.errno());
    }
  }

  private void give(String path) throws OwnershipException {
    directories.start(path);
    try {
      boolean done = false;
      while (!done) {
        int fd = opener.open(path);
        files.stayOn(status.device());
        done = status.isDirectory() ? giveTree(fd) : giveAlone(fd);
      }
    } catch (PosixException e) {
      throw new OwnershipException(cannotGive(path, e));
    } finally {
      leftAlone.tell(uid, warnings);
    }
  }

  private boolean giveTree(int fd) throws PosixException {
    directories.close(opener.above());
    int directory = opened(fd);
    directories.close(fd);
    walk.give(directory, status.device());
    return true;
  }

  private boolean giveAlone(int fd) throws PosixException {
    boolean done = true;
    if (files.isToBeGiven()) {
      int directory = opened(opener.above());
      done = files.giveOpened(directory, fd, opener.name(), 0);
      directories.close(directory);
    }
    directories.close(opener.above());
    directories.close(fd);
    return done;
  }

  /** Opens for reading what was opened by O_PATH. */
  private int opened(int directory) throws PosixException {
    int fd = libC.openatDirectory(directory, HERE, 0);
    if (fd < 0) {
      throw directories.failed("openat");
    }
    return fd;
  }

  /** Who was given root with a few capabilities only learns which one is missing. */
  private String cannotGive(String path, PosixException e) {
    return switch (e.errno()) {
      case Errno.EPERM -> Messages.cannotGiveWithout("CHOWN", path, uid, e.getMessage());
      case Errno.EACCES -> Messages.cannotGiveWithout("DAC_READ_SEARCH", path, uid, e.getMessage());
      default -> Messages.cannotGive(path, uid, e.getMessage());
    };
  }
}
