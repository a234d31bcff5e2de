package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gives files to a user, with what is below them, although somebody else may be changing the tree
 * meanwhile: the user himself for one, to whom it belongs in part, in a process that runs already.
 *
 * <p>What is given must be what was looked at. Who may write to a directory can put another file in
 * the place of one: a hard link to a file of root's elsewhere, or a symbolic link. Therefore:
 *
 * <ul>
 *   <li>no symbolic link is ever followed, and nothing but single names is looked up;
 *   <li>a directory is opened once, and from then on is its descriptor, wherever it is moved;
 *   <li>any other file is opened by O_PATH, looked at and given by its descriptor, unless its
 *       directory is root's and only root can write to it. That saves five calls for each file
 *       where they are many: in a tree of root's;
 *   <li>a file with more links than one is left alone, as one of them may be outside;
 *   <li>the one link of a file must be the entry by which it was opened, and must have been all the
 *       time: somebody may link a file of root's into his directory, wait until that is opened, and
 *       remove it again, upon which the file has one link, outside. See {@link OpenedEntry} and
 *       {@link LastChange};
 *   <li>a directory is given after its content, so that one of root's stays root's until then.
 * </ul>
 */
public final class Ownership {
  private static final byte[] ITSELF = {0};
  private static final byte[] ROOT = {'/', 0};
  private static final byte[] HERE = {'.', 0};
  private static final byte DT_DIR = 4;

  private final LibC libC;
  private final int uid;
  private final int gid;
  private final Consumer<String> warnings;
  private final long[] status = new long[FileMode.STATUS_SIZE];
  private final OpenedEntry entry;
  private final LastChange lastChange;

  /** The open directories from the top down: the first {@link #depth}; the others are spare. */
  private final List<DirectoryReader> directories = new ArrayList<>();

  private int depth;
  private String top;

  /** A descriptor, by O_PATH, of the directory in which that is. */
  private int above;

  private long device;

  /**
   * @param os the clock
   * @param libC the C library
   * @param account to whom to give
   * @param warnings what is told, line by line, what was left alone
   */
  public Ownership(OperatingSystem os, LibC libC, Account account, Consumer<String> warnings) {
    this.libC = libC;
    this.uid = account.uid();
    this.gid = account.gid();
    this.warnings = warnings;
    this.entry = new OpenedEntry(libC);
    this.lastChange = new LastChange(os);
  }

  /**
   * Gives a file, or a directory and what is below it on the same file system.
   *
   * @param path which, one char per byte
   * @throws OwnershipException if anything fails, and at a symbolic link on the way to the path, or
   *     in its place
   */
  public void give(String path) throws OwnershipException {
    top = path;
    try {
      boolean done = false;
      while (!done) {
        int fd = open(path);
        look(fd, ITSELF, 0);
        device = status[LibC.ST_DEV];
        done = FileMode.isDirectory(status[LibC.ST_MODE]) ? giveTree(fd) : giveAlone(fd);
      }
    } catch (PosixException e) {
      throw new OwnershipException(cannotGive(e));
    }
  }

  private boolean giveTree(int fd) throws PosixException {
    close(above);
    int directory = opened(fd);
    close(fd);
    push(directory);
    walk();
    return true;
  }

  private boolean giveAlone(int fd) throws PosixException {
    boolean done = true;
    if (isToBeGiven()) {
      int directory = opened(above);
      done = giveOpened(directory, fd, Bytes.of(top + '\0'), 0);
      close(directory);
    }
    close(above);
    close(fd);
    return done;
  }

  /** Opens for reading what was opened by O_PATH. */
  private int opened(int directory) throws PosixException {
    int fd = libC.openatDirectory(directory, HERE, 0);
    if (fd < 0) {
      throw failed("openat", top);
    }
    return fd;
  }

  /** Who was given root with a few capabilities only learns which one is missing. */
  private String cannotGive(PosixException e) {
    return switch (e.errno()) {
      case Errno.EPERM -> Messages.cannotGiveWithout("CHOWN", top, uid, e.getMessage());
      case Errno.EACCES -> Messages.cannotGiveWithout("DAC_READ_SEARCH", top, uid, e.getMessage());
      default -> Messages.cannotGive(top, uid, e.getMessage());
    };
  }

  /** Opens a path by O_PATH, name by name: O_NOFOLLOW is about the last one only. */
  private int open(String path) throws OwnershipException, PosixException {
    above = LibC.AT_FDCWD;
    int fd = LibC.AT_FDCWD;
    int end = 0;
    if (path.startsWith("/")) {
      fd = libC.openatPath(LibC.AT_FDCWD, ROOT, 0);
    }
    while (fd != -1 && end < path.length()) {
      int start = end;
      int slash = path.indexOf('/', start);
      end = slash < 0 ? path.length() : slash;
      if (end > start) {
        int next = libC.openatPath(fd, Bytes.of(path.substring(start, end) + '\0'), 0);
        if (next < 0) {
          throw failed("openat", path.substring(0, end));
        }
        close(above);
        above = fd;
        fd = next;
        look(fd, ITSELF, 0);
        if (FileMode.isLink(status[LibC.ST_MODE])) {
          throw new OwnershipException(Messages.isLink(path, uid, path.substring(0, end)));
        }
      }
      end = slash < 0 ? end : end + 1;
    }
    if (fd == LibC.AT_FDCWD) {
      throw new PosixException("openat(" + path + ")", Errno.ENOENT);
    }
    if (fd < 0) {
      throw failed("openat", "/");
    }
    return fd;
  }

  private void walk() throws PosixException {
    while (depth > 0) {
      DirectoryReader directory = directories.get(depth - 1);
      int result = directory.next(libC);
      if (result > 0) {
        visit(directory);
      } else if (result == 0 || libC.errno() == Errno.ENOENT) { // at its end, or removed
        depth--;
        if (!directory.isGiven() && libC.fchownat(directory.fd(), ITSELF, 0, uid, gid) != 0) {
          throw failed("fchownat", path());
        }
        close(directory.fd());
      } else {
        depth--;
        throw failed("getdents64", path());
      }
    }
  }

  private void visit(DirectoryReader directory) throws PosixException {
    byte[] names = directory.buffer();
    int name = directory.name();
    if (directory.type() == DT_DIR) {
      enter(directory);
    } else if (libC.fstatat(directory.fd(), names, name, status) != 0) {
      hasVanishedOrFailed("fstatat");
    } else if (FileMode.isDirectory(status[LibC.ST_MODE])) { // where d_type is not known
      enter(directory);
    } else if (isToBeGiven()) {
      if (!directory.isRootsAlone()) {
        giveCurrent(directory);
      } else if (hasOneLink()) {
        giveFile(directory.fd(), names, name);
      }
    }
  }

  private void enter(DirectoryReader directory) throws PosixException {
    int fd = libC.openatDirectory(directory.fd(), directory.buffer(), directory.name());
    if (fd < 0) {
      hasVanishedOrFailed("openat");
    } else {
      push(fd);
    }
  }

  private void push(int fd) throws PosixException {
    look(fd, ITSELF, 0);
    if (status[LibC.ST_DEV] != device) {
      close(fd); // of another file system, which is mounted here
      return;
    }
    if (depth == directories.size()) {
      directories.add(new DirectoryReader(depth));
    }
    boolean rootsAlone =
        status[LibC.ST_UID] == 0 && !FileMode.isWritableByOthers(status[LibC.ST_MODE]);
    directories.get(depth).start(fd, rootsAlone, isUsers());
    depth++;
  }

  /** Gives the file that is there now, which need not be the one that was there before. */
  private void giveCurrent(DirectoryReader directory) throws PosixException {
    boolean done = false;
    while (!done) {
      int fd = libC.openatPath(directory.fd(), directory.buffer(), directory.name());
      if (fd < 0) {
        hasVanishedOrFailed("openat");
        return;
      }
      done = giveOpened(directory.fd(), fd, directory.buffer(), directory.name());
      boolean isDirectory = FileMode.isDirectory(status[LibC.ST_MODE]);
      close(fd);
      if (isDirectory) {
        enter(directory);
      }
    }
  }

  /** Gives what was opened by that name, but for a directory. False if it has to be tried again. */
  private boolean giveOpened(int directory, int fd, byte[] names, int name) throws PosixException {
    OpenedEntry.State state = entry.state(directory, fd, names, name);
    if (state == OpenedEntry.State.FAILED) {
      throw failed(entry.failed(), path());
    }
    look(fd, ITSELF, 0);
    if (FileMode.isDirectory(status[LibC.ST_MODE]) || !isToBeGiven() || !hasOneLink()) {
      return true;
    }
    if (state == OpenedEntry.State.UNKNOWN) {
      warnings.accept(Messages.mayHaveLinks(path(), Messages.ODD_PATH, uid));
    } else if (state == OpenedEntry.State.THERE) { // else it may be outside now
      long changed = status[LibC.ST_CTIME];
      if (lastChange.isBeforeOpen(changed)) {
        giveFile(fd, ITSELF, 0);
      } else if (lastChange.await(changed)) {
        return false;
      } else {
        warnings.accept(Messages.mayHaveLinks(path(), Messages.RESTLESS, uid));
      }
    }
    return true;
  }

  private boolean isUsers() {
    return status[LibC.ST_UID] == uid && status[LibC.ST_GID] == gid;
  }

  private boolean isToBeGiven() {
    return !isUsers() && status[LibC.ST_DEV] == device;
  }

  /** Warns where it has more. */
  private boolean hasOneLink() {
    if (status[LibC.ST_NLINK] > 1 && status[LibC.ST_UID] != uid) {
      warnings.accept(Messages.hasLinks(path(), status[LibC.ST_NLINK], uid));
      return false;
    }
    return true;
  }

  private void giveFile(int fd, byte[] names, int name) throws PosixException {
    if (libC.fchownat(fd, names, name, uid, gid) != 0) {
      hasVanishedOrFailed("fchownat");
    }
  }

  private void look(int fd, byte[] names, int name) throws PosixException {
    if (libC.fstatat(fd, names, name, status) != 0) {
      throw failed("fstatat", path());
    }
  }

  private void close(int fd) throws PosixException {
    if (fd >= 0 && libC.close(fd) != 0) {
      throw failed("close", path());
    }
  }

  /** Somebody may remove what was listed; that is all that may happen to it. */
  private void hasVanishedOrFailed(String call) throws PosixException {
    if (libC.errno() != Errno.ENOENT) {
      throw failed(call, path());
    }
  }

  private PosixException failed(String call, String path) {
    return new PosixException(call + "(" + path + ")", libC.errno());
  }

  /** The path of the entry that each open directory is at. */
  private String path() {
    StringBuilder path = new StringBuilder(top);
    for (int i = 0; i < depth; i++) {
      if (path.length() > 0 && path.charAt(path.length() - 1) != '/') {
        path.append('/');
      }
      path.append(directories.get(i).nameText());
    }
    return path.toString();
  }
}
