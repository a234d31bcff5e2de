package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is made for a user before anything else: directories that are not there, and copies of files
 * that the user could not read. Others may be changing the directories meanwhile; see {@link
 * NewEntry}.
 */
public final class Provision {
  /** How often somebody may put something at a name just before it is made there. */
  static final int TRIES = 10;

  private final OperatingSystem os;
  private final LibC libC;
  private final Credentials caller;
  private final Account user;
  private final Consumer<String> warnings;
  private final Status status;
  private final DirectoryStack directories;
  private final NewEntry entry;
  private final List<Existing> existing = new ArrayList<>();

  /** A directory that was there, and belongs to somebody else. */
  private record Existing(String path, int fd) {}

  /**
   * @param os the clock
   * @param libC the C library
   * @param caller who this process is
   * @param user for whom
   * @param warnings what is told, line by line, what will not be of use
   */
  public Provision(
      OperatingSystem os, LibC libC, Credentials caller, Account user, Consumer<String> warnings) {
    this.os = os;
    this.libC = libC;
    this.caller = caller;
    this.user = user;
    this.warnings = warnings;
    status = new Status(libC);
    directories = new DirectoryStack(libC);
    entry = new NewEntry(os, libC, status, directories);
  }

  /**
   * Makes directories, in their order, and leaves those that are there as they are.
   *
   * @throws OwnershipException if anything fails; what is made by then stays
   */
  public void make(List<NewDirectory> wanted) throws OwnershipException {
    for (NewDirectory each : wanted) {
      make(each);
    }
  }

  /**
   * Copies files, in their order.
   *
   * @throws OwnershipException if anything fails; what is copied by then stays
   */
  public void copy(List<FileCopy> wanted) throws OwnershipException {
    for (FileCopy each : wanted) {
      copy(each);
    }
  }

  private void copy(FileCopy wanted) throws OwnershipException {
    try {
      new FileCopier(os, libC, caller, user, status, directories).copy(wanted);
    } catch (OwnershipException e) {
      String reason = directories.path() + ": " + e.getMessage();
      throw new OwnershipException(Messages.cannotCopy(wanted, reason));
    } catch (PosixException e) {
      throw new OwnershipException(Messages.cannotCopy(wanted, reason(e)));
    }
  }

  private void make(NewDirectory wanted) throws OwnershipException {
    directories.start(wanted.path());
    try {
      entry.open(wanted.path());
      makeInDirectory(wanted);
      entry.close();
    } catch (OwnershipException e) {
      throw new OwnershipException(Messages.cannotMake(wanted.path(), e.getMessage()));
    } catch (PosixException e) {
      String help = e.errno() == Errno.ENOENT ? Messages.MAKE_PARENT : "";
      throw new OwnershipException(Messages.cannotMake(wanted.path(), reason(e) + help));
    } finally {
      entry.discard();
    }
  }

  private void makeInDirectory(NewDirectory wanted) throws OwnershipException, PosixException {
    for (int i = 0; i < TRIES; i++) {
      if (entry.isThere()) {
        leave(wanted.path());
        return;
      }
      entry.makeDirectory((int) caller.uid().effective());
      entry.give(user.uid(), user.gid(), wanted.mode());
      if (entry.settle(false)) {
        return;
      }
    }
    throw new PosixException("renameat(" + wanted.path() + ")", Errno.EEXIST);
  }

  private void leave(String path) throws OwnershipException, PosixException {
    if (!status.isDirectory()) {
      throw new OwnershipException(Messages.isNoDirectory(status.isLink()));
    }
    if (!status.isOwnedBy(user.uid())) {
      existing.add(new Existing(path, entry.openForPath()));
    }
  }

  /** The error, with what may help. */
  private String reason(PosixException e) {
    int helpful =
        switch (e.errno()) {
          case Errno.EPERM -> Capability.CHOWN;
          case Errno.EACCES -> Capability.DAC_OVERRIDE;
          default -> -1;
        };
    return helpful < 0 || !caller.isRoot() || has(helpful)
        ? e.getMessage()
        : e.getMessage() + Messages.lacks(Capability.names(Capability.mask(helpful)));
  }

  private boolean has(int capability) {
    return Capability.in(caller.capabilities().effective(), capability);
  }

  /**
   * Warns of the directories that were there, and that the user cannot write to even now. To be
   * called when everything has been given.
   *
   * @throws PosixException if one cannot be looked at
   */
  public void tell() throws PosixException {
    for (Existing each : existing) {
      directories.start(each.path());
      if (status.of(each.fd()) != 0) {
        throw directories.failed("fstatat");
      }
      directories.close(each.fd());
      if (!user.isRoot() && !status.isWritableBy(user)) {
        warnings.accept(
            Messages.isNotWritable(each.path(), status.owner(), status.bits(), user.uid()));
      }
    }
    existing.clear();
  }
}
