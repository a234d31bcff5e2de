package dev.nonroot.ownership;

import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;

/** What the paths to give lead to, once somebody asks. */
final class Tops {
  private final OwnRequest request;
  private final Status status;
  private final PathOpener opener;
  private long[] devices;
  private long[] inodes;
  private boolean[] found;

  Tops(LibC libC, OwnRequest request) {
    this.request = request;
    status = new Status(libC);
    opener = new PathOpener(libC, status, new DirectoryStack(libC));
  }

  /** Whether a path leads to that file or directory. */
  boolean has(long device, long inode) {
    return first(device, inode) < request.paths().size();
  }

  /** Whether a path leads to something to which no path before it leads. */
  boolean isFirst(int path) {
    lookOnce();
    return found[path] && first(devices[path], inodes[path]) == path;
  }

  /** Whether a path leads to that file or directory. */
  boolean isAt(int path, long device, long inode) {
    lookOnce();
    return found[path] && devices[path] == device && inodes[path] == inode;
  }

  /** Whether a path leads to a file system to which no path before it leads. */
  boolean isFirstOnDevice(int path) {
    lookOnce();
    for (int i = 0; i < path; i++) {
      if (found[i] && devices[i] == devices[path]) {
        return false;
      }
    }
    return found[path];
  }

  /** The file system to which a path leads. */
  long device(int path) {
    lookOnce();
    return devices[path];
  }

  private int first(long device, long inode) {
    int path = 0;
    while (path < request.paths().size() && !isAt(path, device, inode)) {
      path++;
    }
    return path;
  }

  private void lookOnce() {
    if (found == null) {
      int count = request.paths().size();
      devices = new long[count];
      inodes = new long[count];
      found = new boolean[count];
      for (int path = 0; path < count; path++) {
        found[path] = look(path);
      }
    }
  }

  private boolean look(int path) {
    try {
      opener.open(request.paths().get(path));
      devices[path] = status.device();
      inodes[path] = status.inode();
      return true;
    } catch (OwnershipException | PosixException e) {
      return false; // which is said when it is to be given
    } finally {
      opener.release();
    }
  }
}
