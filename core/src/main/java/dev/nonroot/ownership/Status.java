package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;

/** The status of the file that was looked at last. One for all files, as there may be many. */
final class Status {
  private static final byte[] ITSELF = {0};

  private final LibC libC;
  private final long[] values = new long[FileMode.STATUS_SIZE];

  Status(LibC libC) {
    this.libC = libC;
  }

  /** Looks at an open file: 0, or -1 with errno set. */
  int of(int fd) {
    return libC.fstatat(fd, ITSELF, 0, values);
  }

  /** Looks at an open file by an empty name, or at an entry: 0, or -1 with errno set. */
  int of(int fd, byte[] names, int name) {
    return libC.fstatat(fd, names, name, values);
  }

  /** Looks at a path with a NUL behind it: 0, or -1 with errno set. */
  int of(byte[] path) {
    return libC.fstatat(LibC.AT_FDCWD, path, 0, values);
  }

  /** Looks at the entry that a directory is at: 0, or -1 with errno set. */
  int of(DirectoryReader directory) {
    return libC.fstatat(directory.fd(), directory.buffer(), directory.name(), values);
  }

  /** Looks at a name, with a NUL behind it, in a directory: 0, or -1 with errno set. */
  int of(int directory, byte[] name) {
    return libC.fstatat(directory, name, 0, values);
  }

  long device() {
    return values[LibC.ST_DEV];
  }

  long inode() {
    return values[LibC.ST_INO];
  }

  /** Whether a user can change it, or what is in this directory, by owner, group and mode. */
  boolean isWritableBy(Account user) {
    long mode = values[LibC.ST_MODE];
    if (isOwnedBy(user.uid())) {
      return FileMode.isWritable(mode, 6);
    }
    long group = values[LibC.ST_GID];
    boolean isMember = group == user.gid() || user.groups().contains(group);
    return FileMode.isWritable(mode, isMember ? 3 : 0);
  }

  long links() {
    return values[LibC.ST_NLINK];
  }

  /** In nanoseconds. */
  long changed() {
    return values[LibC.ST_CTIME];
  }

  long owner() {
    return values[LibC.ST_UID];
  }

  /** The permissions with the set-user-ID, set-group-ID and sticky bit. */
  int bits() {
    return FileMode.bits(values[LibC.ST_MODE]);
  }

  boolean isRegular() {
    return FileMode.isRegular(values[LibC.ST_MODE]);
  }

  boolean isDirectory() {
    return FileMode.isDirectory(values[LibC.ST_MODE]);
  }

  boolean isLink() {
    return FileMode.isLink(values[LibC.ST_MODE]);
  }

  boolean isDevice() {
    return FileMode.isCharacterDevice(values[LibC.ST_MODE])
        || FileMode.isBlockDevice(values[LibC.ST_MODE]);
  }

  boolean isOwnedBy(int uid) {
    return values[LibC.ST_UID] == uid;
  }

  boolean isOwnedBy(int uid, int gid) {
    return isOwnedBy(uid) && values[LibC.ST_GID] == gid;
  }

  /** Whether this is a directory in which others can make files, and cannot touch root's. */
  boolean isRootsSticky() {
    return isDirectory() && isOwnedBy(0) && FileMode.isSticky(values[LibC.ST_MODE]);
  }

  /** Whether root, and nobody but root, can change what is in this directory. */
  boolean isRootsAlone() {
    return isOwnedBy(0) && !FileMode.isWritableByOthers(values[LibC.ST_MODE]);
  }
}
