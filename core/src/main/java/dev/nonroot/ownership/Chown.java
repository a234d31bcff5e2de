package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/**
 * Gives what was looked at to the one user and group that everything is for, and knows what a
 * failure means: an error, or something to leave alone.
 */
final class Chown {
  private static final String FCHOWNAT = "fchownat";
  private static final int CHOWN = 0;
  private static final int DAC_OVERRIDE = 1;
  private static final int DAC_READ_SEARCH = 2;

  /** STATX_ATTR_IMMUTABLE and STATX_ATTR_APPEND. */
  private static final int FIXED = 0x10 | 0x20;

  private final LibC libC;
  private final Account account;
  private final boolean bestEffort;
  private final Status status;
  private final DirectoryStack directories;
  private final LeftAlone leftAlone;

  /**
   * @param libC the C library
   * @param account to whom to give, and to which group
   * @param bestEffort whether what fails is left alone
   * @param status what was looked at last
   * @param directories where that is, by name
   * @param leftAlone what counts that which is left alone
   */
  Chown(
      LibC libC,
      Account account,
      boolean bestEffort,
      Status status,
      DirectoryStack directories,
      LeftAlone leftAlone) {
    this.libC = libC;
    this.account = account;
    this.bestEffort = bestEffort;
    this.status = status;
    this.directories = directories;
    this.leftAlone = leftAlone;
  }

  LibC libC() {
    return libC;
  }

  Status status() {
    return status;
  }

  DirectoryStack directories() {
    return directories;
  }

  LeftAlone leftAlone() {
    return leftAlone;
  }

  boolean isBestEffort() {
    return bestEffort;
  }

  Account account() {
    return account;
  }

  /** Whether what was looked at last belongs to the user and the group. */
  boolean isDone() {
    return status.isOwnedBy(account.uid(), account.gid());
  }

  /** Whether what was looked at last belongs to the user, in whatever group. */
  boolean isUsers() {
    return status.isOwnedBy(account.uid());
  }

  /**
   * Gives a file by its descriptor and an empty name, or by its name in a directory. What has
   * vanished, or is on a read-only mount, need not be given.
   */
  void give(int fd, byte[] names, int name) throws OwnershipException {
    if (libC.fchownat(fd, names, name, account.uid(), account.gid()) == 0) {
      if (directories.depth() == 0) {
        verify(fd, names, name);
      }
    } else {
      int errno = libC.errno();
      if (errno == Errno.EROFS) {
        leftAlone.add(LeftAlone.Reason.READ_ONLY, directories);
      } else {
        failed(FCHOWNAT, errno, errno == Errno.EPERM && isFixed(fd, names, name));
      }
    }
  }

  /** Looks at the path itself once it is given: there are file systems that only say so. */
  private void verify(int fd, byte[] names, int name) throws OwnershipException {
    if (status.of(fd, names, name) != 0) {
      failed("fstatat");
    } else if (!isDone()) {
      if (!bestEffort && !status.isWritableBy(account)) {
        throw cannotGive(Messages.notTaken(account));
      }
      leftAlone.add(LeftAlone.Reason.NOT_TAKEN, directories);
    }
  }

  /**
   * Says what to do about a call that has just failed on the entry where the walk is. Somebody may
   * remove what was listed; that is all that may happen to it.
   */
  void failed(String call) throws OwnershipException {
    failed(call, libC.errno(), false);
  }

  private void failed(String call, int errno, boolean fixed) throws OwnershipException {
    if (errno == Errno.ENOENT) {
      return;
    }
    if (!bestEffort) {
      String reason = call + "(" + directories.path() + "): " + Errno.text(errno);
      throw cannotGive(reason + why(call, errno, fixed));
    }
    if (!leftAlone.counts(call, errno, directories)) { // else no text is made, as there may be many
      String reason = call + ": " + Errno.text(errno);
      leftAlone.add(call, errno, reason + why(call, errno, fixed), directories);
    }
  }

  /** What to throw if the path as a whole fails. */
  OwnershipException cannotGive(PosixException e) {
    return cannotGive(e.getMessage() + why("", e.errno(), false));
  }

  /** What to throw if the path as a whole cannot be given, for that reason. */
  OwnershipException cannotGive(String reason) {
    return new OwnershipException(Messages.cannotGive(directories.top(), account.uid(), reason));
  }

  private boolean isFixed(int fd, byte[] names, int name) {
    long[] attributes = new long[2];
    return libC.statx(fd, names, name, attributes) == 0 && (attributes[0] & FIXED) != 0;
  }

  /** Says why root is refused something, as far as that can be found out. */
  private String why(String call, int errno, boolean fixed) {
    if (fixed) {
      return Messages.FIXED;
    }
    long[] sets = new long[3];
    if (libC.capget(sets) != 0) {
      return "";
    }
    long has = sets[0];
    if (errno == Errno.EPERM && call.equals(FCHOWNAT)) {
      return Capability.in(has, CHOWN) ? Messages.REFUSES_CHOWN : Messages.lacks("CHOWN");
    }
    if (errno == Errno.EACCES) {
      return Capability.in(has, DAC_READ_SEARCH) || Capability.in(has, DAC_OVERRIDE)
          ? Messages.REFUSES_ACCESS
          : Messages.lacks("DAC_READ_SEARCH");
    }
    return "";
  }
}
