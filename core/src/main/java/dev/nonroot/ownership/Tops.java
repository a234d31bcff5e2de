package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/** What the paths to give lead to, once somebody asks. */
final class Tops {
  private final OwnRequest request;
  private final Status status;
  private final PathOpener opener;
  private long[] devices;
  private long[] inodes;
  private int count;

  Tops(LibC libC, Account account, OwnRequest request) {
    this.request = request;
    status = new Status(libC);
    opener = new PathOpener(libC, account.uid(), status, new DirectoryStack(libC));
  }

  /** Whether a path leads to that file or directory. */
  boolean has(long device, long inode) {
    if (inodes == null) {
      devices = new long[request.paths().size()];
      inodes = new long[devices.length];
      for (String path : request.paths()) {
        look(path);
      }
    }
    for (int i = 0; i < count; i++) {
      if (inodes[i] == inode && devices[i] == device) {
        return true;
      }
    }
    return false;
  }

  private void look(String path) {
    try {
      opener.open(path);
      devices[count] = status.device();
      inodes[count++] = status.inode();
    } catch (OwnershipException | PosixException e) {
      // It leads nowhere, which is said when it is to be given.
    } finally {
      opener.release();
    }
  }
}
