package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
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
  private final OwnRequest request;
  private final Consumer<String> warnings;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone = new LeftAlone();
  private final Chown chown;
  private final PathOpener opener;
  private final FileGiver files;
  private final TreeWalk walk;

  /**
   * @param os the clock
   * @param libC the C library
   * @param account to whom to give
   * @param request what to give
   * @param warnings what is told, line by line, what was left alone
   */
  public Ownership(
      OperatingSystem os,
      LibC libC,
      Account account,
      OwnRequest request,
      Consumer<String> warnings) {
    this.libC = libC;
    this.request = request;
    this.warnings = warnings;
    status = new Status(libC);
    directories = new DirectoryStack(libC);
    chown = new Chown(libC, account, request.bestEffort(), status, directories, leftAlone);
    opener = new PathOpener(libC, account.uid(), status, directories);
    OtherFileSystems others = new OtherFileSystems(chown, new Tops(libC, account, request));
    files = new FileGiver(os, chown, others);
    walk = new TreeWalk(chown, files, others);
  }

  /**
   * Gives files, and directories with what is below them on the same file system. Meanwhile the
   * soft limit of open files is the hard one, as the walk has as many open as the tree is deep.
   *
   * @throws OwnershipException if anything fails, and at a symbolic link on the way to a path that
   *     others can have made, or in its place; with best effort, that is a warning
   * @throws PosixException if the limit cannot be set back
   */
  public void give() throws OwnershipException, PosixException {
    if (request.paths().isEmpty()) {
      return;
    }
    long[] open = new long[2];
    boolean raised = libC.getrlimit(RLIMIT_NOFILE, open) == 0 && open[0] != open[1];
    raised = raised && libC.setrlimit(RLIMIT_NOFILE, open[1], open[1]) == 0;
    for (String path : request.paths()) {
      give(path);
    }
    if (raised && libC.setrlimit(RLIMIT_NOFILE, open[0], open[1]) != 0) {
      throw new PosixException("setrlimit(nofile)", libC.errno());
    }
  }

  private void give(String path) throws OwnershipException {
    directories.start(path);
    try {
      giveOrFail(path);
    } catch (OwnershipException e) {
      if (!request.bestEffort()) {
        throw e;
      }
      warnings.accept(e.getMessage());
    } finally {
      directories.closeAll();
      opener.release();
      leftAlone.tell(chown.account(), warnings);
    }
  }

  private void giveOrFail(String path) throws OwnershipException {
    try {
      boolean done = false;
      while (!done) {
        opener.open(path);
        files.stayOn(status.device());
        if (request.once() && chown.isDone()) {
          return;
        }
        done = status.isDirectory() ? giveTree() : giveAlone();
      }
    } catch (PosixException e) {
      throw chown.cannotGive(e);
    }
  }

  private boolean giveTree() throws OwnershipException, PosixException {
    opener.closeAbove();
    int directory = opened(opener.fd());
    opener.close();
    walk.give(directory, status.device());
    return true;
  }

  private boolean giveAlone() throws OwnershipException, PosixException {
    boolean done = true;
    if (files.isToBeGiven()) {
      int directory = opened(opener.above());
      done = files.giveOpened(directory, opener.fd(), opener.name(), 0);
      directories.close(directory);
    }
    opener.closeAbove();
    opener.close();
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
}
