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
 * TreeGiver}, {@link FileGiver} and {@link HardLinks} say the rest.
 */
public final class Ownership {
  private static final int RLIMIT_NOFILE = 7;

  /** Stands for no path, but for what several links of files in the trees lead to. */
  private static final int LINKS = -1;

  private final OperatingSystem os;
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
  private final TreeGiver trees;
  private final Tops tops;

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
    this.os = os;
    this.libC = libC;
    this.request = request;
    this.warnings = warnings;
    status = new Status(libC);
    directories = new DirectoryStack(libC);
    chown = new Chown(libC, account, request.bestEffort(), status, directories, leftAlone);
    opener = new PathOpener(libC, status, directories);
    tops = new Tops(libC, request);
    OtherFileSystems others = new OtherFileSystems(chown, tops);
    files = new FileGiver(os, chown, others);
    walk = new TreeWalk(chown);
    trees = new TreeGiver(chown, files, others);
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
    giveAll();
    if (raised && libC.setrlimit(RLIMIT_NOFILE, open[0], open[1]) != 0) {
      throw new PosixException("setrlimit(nofile)", libC.errno());
    }
  }

  private void giveAll() throws OwnershipException {
    boolean[] waiting = new boolean[request.paths().size()];
    for (int path = 0; path < waiting.length; path++) {
      give(path, waiting);
    }
    if (files.links() > 0) {
      give(LINKS, waiting);
    }
  }

  /** Gives what is at a path, or the files with several links that wait for that. */
  private void give(int path, boolean[] waiting) throws OwnershipException {
    try {
      giveOrFail(path, waiting);
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

  private void giveOrFail(int path, boolean[] waiting) throws OwnershipException {
    try {
      if (path == LINKS) {
        new HardLinks(os, request.paths(), waiting, chown, opener, walk, tops).give(files.links());
      } else {
        give(request.paths().get(path));
        waiting[path] = files.haveLinks();
      }
    } catch (PosixException e) {
      throw chown.cannotGive(e);
    }
  }

  private void give(String path) throws OwnershipException, PosixException {
    directories.start(path);
    boolean done = false;
    while (!done) {
      open(path);
      files.stayOn(status.device());
      if (request.once() && chown.isDone()) {
        return;
      }
      if (status.isDirectory()) {
        long device = status.device();
        walk.walk(opener.openForReading(), device, trees);
        return;
      }
      done = giveAlone();
    }
  }

  private void open(String path) throws OwnershipException, PosixException {
    try {
      opener.open(path);
    } catch (OwnershipException e) {
      throw chown.cannotGive(e.getMessage());
    }
  }

  private boolean giveAlone() throws OwnershipException, PosixException {
    boolean done = true;
    if (files.isToBeGiven()) {
      int directory = opener.openAbove();
      done = files.giveOpened(directory, opener.fd(), opener.name(), 0);
      directories.close(directory);
    }
    opener.closeAbove();
    opener.close();
    return done;
  }
}
