package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;

/**
 * Copies files that the user could not read, for the user alone.
 *
 * <p>As root, only what nobody but root can have put at its name is read: through another's link, a
 * user would get any file of root's. The copy appears at its name when it is whole, and takes the
 * place of a regular file that is the user's or root's, and of nothing else; see {@link NewEntry}.
 */
final class FileCopier {
  /** What is larger is no key, password or certificate, and would fill a tmpfs. */
  static final int MAX_SIZE = 16 << 20;

  private static final int NONE = -1;

  private final LibC libC;
  private final Credentials caller;
  private final Account user;
  private final Status status;
  private final DirectoryStack directories;
  private final PathOpener opener;
  private final NewEntry entry;
  private final byte[] buffer = new byte[1 << 13];
  private int source = NONE;

  /**
   * @param os the clock
   * @param libC the C library
   * @param caller who this process is
   * @param user for whom
   * @param status what was looked at last
   * @param directories what knows the path as a whole
   */
  FileCopier(
      OperatingSystem os,
      LibC libC,
      Credentials caller,
      Account user,
      Status status,
      DirectoryStack directories) {
    this.libC = libC;
    this.caller = caller;
    this.user = user;
    this.status = status;
    this.directories = directories;
    opener = new PathOpener(libC, status, directories);
    entry = new NewEntry(os, libC, status, directories);
  }

  /**
   * Copies a file.
   *
   * @throws OwnershipException if it must not be copied; the message is the reason
   * @throws PosixException if a call fails
   */
  void copy(FileCopy wanted) throws OwnershipException, PosixException {
    try {
      for (int i = 0; i < Provision.TRIES; i++) {
        openSource(wanted.source());
        boolean settled = copyTo(wanted.target());
        close();
        if (settled) {
          return;
        }
      }
      throw new PosixException("renameat2(" + wanted.target() + ")", Errno.EEXIST);
    } finally {
      entry.discard();
      opener.release();
      if (source >= 0) {
        libC.close(source);
      }
      source = NONE;
    }
  }

  private void close() throws PosixException {
    entry.close();
    int done = source;
    source = NONE;
    directories.close(done);
  }

  private void openSource(String path) throws OwnershipException, PosixException {
    directories.start(path);
    opener.open(path);
    if (!status.isRegular()) {
      throw new OwnershipException(Messages.IS_NO_FILE);
    }
    if (caller.isRoot() && !opener.isPutByRoot()) {
      throw new OwnershipException(Messages.MAY_BE_ANOTHERS);
    }
    long device = status.device();
    long inode = status.inode();
    source = libC.openatFile(opener.above(), opener.name());
    if (source < 0) {
      throw directories.failed("openat");
    }
    look();
    if (!status.isRegular() || status.device() != device || status.inode() != inode) {
      throw new OwnershipException(Messages.CHANGES);
    }
    opener.closeAbove();
    opener.close();
  }

  private boolean copyTo(String path) throws OwnershipException, PosixException {
    long changed = status.changed();
    String from = directories.path();
    directories.start(path);
    entry.open(path);
    boolean replaced = entry.isThere();
    if (replaced) {
      verifyReplaceable();
    }
    entry.makeFile();
    write(from);
    look();
    if (status.changed() != changed) {
      throw new OwnershipException(Messages.CHANGES);
    }
    entry.give(user.uid(), user.gid(), FileCopy.MODE);
    return entry.settle(replaced);
  }

  private void write(String from) throws OwnershipException, PosixException {
    int size = 0;
    int count = libC.read(source, buffer);
    while (count > 0) {
      size += count;
      if (size > MAX_SIZE) {
        throw new OwnershipException(Messages.isTooLarge(MAX_SIZE));
      }
      entry.write(buffer, count);
      count = libC.read(source, buffer);
    }
    if (count < 0) {
      throw new PosixException("read(" + from + ")", libC.errno());
    }
  }

  private void verifyReplaceable() throws OwnershipException {
    boolean owned = status.isOwnedBy(user.uid()) || status.isOwnedBy(0);
    if (!status.isRegular() || status.links() != 1 || !owned) {
      throw new OwnershipException(Messages.IS_NOT_REPLACED);
    }
  }

  private void look() throws PosixException {
    if (status.of(source) != 0) {
      throw directories.failed("fstatat");
    }
  }
}
