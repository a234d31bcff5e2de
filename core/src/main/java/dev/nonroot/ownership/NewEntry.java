package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;

/**
 * A name in a directory, at which something new stands once it is whole, and not before: it is made
 * beside it by a temporary name, and renamed.
 *
 * <p>Who may write to the directory can exchange what has either name at any time. Therefore
 * whatever is made is looked at, changed and given by its descriptor, so that it is the new one;
 * what the names lead to is only ever renamed or removed, as those others could do themselves.
 */
final class NewEntry {
  private static final int RENAME_NOREPLACE = 1;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int NONE = -1;
  private static final byte[] ITSELF = {0};

  /** Of how many temporary names one must be free: who has been killed leaves one behind. */
  private static final int NAMES = 100;

  private final OperatingSystem os;
  private final LibC libC;
  private final Status status;
  private final DirectoryStack directories;
  private final PathOpener opener;
  private int directory = NONE;
  private int fd = NONE;
  private byte[] name = {0};
  private byte[] temporary = {0};
  private boolean made;
  private int removal;

  /**
   * @param os the clock
   * @param libC the C library
   * @param status what was looked at last
   * @param directories what knows the path as a whole
   */
  NewEntry(OperatingSystem os, LibC libC, Status status, DirectoryStack directories) {
    this.os = os;
    this.libC = libC;
    this.status = status;
    this.directories = directories;
    this.opener = new PathOpener(libC, status, directories);
  }

  /**
   * Opens the directory that a path's last name is in.
   *
   * @throws OwnershipException at a symbolic link that is not followed; the message is the reason
   */
  void open(String path) throws OwnershipException, PosixException {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    int slash = path.lastIndexOf('/', end - 1);
    String last = path.substring(slash + 1, end);
    name = Bytes.of((last.isEmpty() ? "." : last) + '\0');
    opener.open(slash < 0 ? "." : path.substring(0, slash + 1));
    opener.closeAbove();
    directory = opener.fd();
  }

  /** Looks at what has the name: whether there is anything. */
  boolean isThere() throws PosixException {
    if (status.of(directory, name) == 0) {
      return true;
    }
    if (libC.errno() != Errno.ENOENT) {
      throw directories.failed("fstatat");
    }
    return false;
  }

  /** Opens what has the name by O_PATH, to look at it later. */
  int openForPath() throws PosixException {
    int there = libC.openatPath(directory, name, 0);
    if (there < 0) {
      throw directories.failed("openat");
    }
    return there;
  }

  /**
   * Makes a directory that only its owner can use.
   *
   * @param owner the caller's uid
   */
  void makeDirectory(int owner) throws PosixException {
    removal = AT_REMOVEDIR;
    int error = Errno.EEXIST;
    for (int i = 0; i < NAMES && error == Errno.EEXIST; i++) {
      temporary = temporaryName(i);
      int mask = libC.umask(0);
      error = libC.mkdirat(directory, temporary, NewDirectory.PRIVATE) == 0 ? 0 : libC.errno();
      libC.umask(mask);
    }
    if (error != 0) {
      throw new PosixException("mkdirat(" + directories.path() + ")", error);
    }
    made = true;
    fd = libC.openatDirectory(directory, temporary, 0);
    if (fd < 0) {
      throw directories.failed("openat");
    }
    look();
    if (!status.isOwnedBy(owner) || !isEmpty()) {
      throw new PosixException(
          "openat(" + directories.path() + ")", 0, Messages.isNotTheNewOne(owner));
    }
  }

  /**
   * Of the directories that others can put in the place of the new one, which are those beside it,
   * an empty one is no better: they could make that themselves.
   */
  private boolean isEmpty() throws PosixException {
    DirectoryReader reader = new DirectoryReader(DirectoryReader.LARGE_LEVELS);
    reader.start(fd);
    int result = reader.next(libC);
    if (result < 0) {
      throw directories.failed("getdents64");
    }
    return result == 0;
  }

  /** Makes an empty file that nobody can open. */
  void makeFile() throws PosixException {
    removal = 0;
    int error = Errno.EEXIST;
    for (int i = 0; i < NAMES && error == Errno.EEXIST; i++) {
      temporary = temporaryName(i);
      fd = libC.openatNew(directory, temporary);
      error = fd < 0 ? libC.errno() : 0;
    }
    if (error != 0) {
      throw new PosixException("openat(" + directories.path() + ")", error);
    }
    made = true;
  }

  /** Writes to the new file. */
  void write(byte[] bytes, int length) throws PosixException {
    int start = 0;
    while (start < length) {
      int written = libC.write(fd, bytes, start, length - start);
      if (written <= 0) {
        throw directories.failed("write");
      }
      start += written;
    }
  }

  private byte[] temporaryName(int number) {
    long unique = os.currentTimeMillis() + number;
    return Bytes.of(".nonroot-" + libC.getpid() + "-" + unique + '\0');
  }

  /** Gives what is new to a user, and looks whether that is so. */
  void give(int uid, int gid, int mode) throws PosixException {
    // The mode first, as who is no longer the owner needs CAP_FOWNER.
    if (libC.fchmod(fd, mode) != 0) {
      throw directories.failed("fchmod");
    }
    look();
    if (!status.isOwnedBy(uid, gid) && libC.fchownat(fd, ITSELF, 0, uid, gid) != 0) {
      throw directories.failed("fchownat");
    }
    look();
    if (!status.isOwnedBy(uid, gid) || status.bits() != mode) {
      throw new PosixException(
          "fchownat(" + directories.path() + ")", 0, Messages.isNotKept(uid, gid, mode));
    }
    int whole = fd;
    fd = NONE;
    directories.close(whole); // which may tell that something was not written
  }

  /**
   * Lets what is new have its name.
   *
   * @param replacing whether something has it, the place of which is to be taken
   * @return false if somebody has put something there meanwhile; what was new is gone then
   */
  boolean settle(boolean replacing) throws PosixException {
    int result = libC.renameat2(directory, temporary, name, replacing ? 0 : RENAME_NOREPLACE);
    int error = result == 0 ? 0 : libC.errno();
    String call = replacing ? "renameat(" : "renameat2(";
    if (!replacing && (error == Errno.EINVAL || error == Errno.ENOSYS)) {
      // Neither every file system nor every kernel knows the flag. There was nothing a moment ago.
      result = libC.renameat2(directory, temporary, name, 0);
      error = result == 0 ? 0 : libC.errno();
      call = "renameat(";
    }
    if (result == 0) {
      made = false;
      return true;
    }
    if (replacing || error != Errno.EEXIST) {
      throw new PosixException(call + directories.path() + ")", error);
    }
    made = false;
    if (libC.unlinkat(directory, temporary, removal) != 0 && libC.errno() != Errno.ENOENT) {
      throw directories.failed("unlinkat");
    }
    return false;
  }

  /** Closes the directory. */
  void close() throws PosixException {
    opener.close();
  }

  /**
   * Closes whatever is open after a failure, which is what to tell of. What has not settled is
   * removed; if that fails too, it stays.
   */
  void discard() {
    if (fd >= 0) {
      libC.close(fd);
    }
    if (made) {
      libC.unlinkat(directory, temporary, removal);
    }
    opener.release();
    made = false;
    fd = NONE;
  }

  private void look() throws PosixException {
    if (status.of(fd) != 0) {
      throw directories.failed("fstatat");
    }
  }
}
