package dev.nonroot.posix;

/**
 * The C library's functions for files and directories, with C's names and C's contracts, as in
 * {@link LibC}, of which they are a part.
 */
public interface FileCalls {
  /** The working directory as a file descriptor. */
  int AT_FDCWD = -100;

  /** Where {@link #fstatat} puts st_dev. */
  int ST_DEV = 0;

  /** Where {@link #fstatat} puts st_mode. */
  int ST_MODE = 1;

  /** Where {@link #fstatat} puts st_uid. */
  int ST_UID = 2;

  /** Where {@link #fstatat} puts st_gid. */
  int ST_GID = 3;

  /** Where {@link #fstatat} puts st_nlink. */
  int ST_NLINK = 4;

  /** Where {@link #fstatat} puts st_ctim, in nanoseconds since the epoch. */
  int ST_CTIME = 5;

  /** Where {@link #fstatat} puts st_ino. */
  int ST_INO = 6;

  /** X_OK for {@link #access}. */
  int X_OK = 1;

  /** W_OK for {@link #access}. */
  int W_OK = 2;

  /**
   * @return errno(3) as the last call of this thread through this interface left it
   */
  int errno();

  /**
   * @param path a directory, one char per byte
   * @return 0, or -1; see chdir(2)
   */
  int chdir(String path);

  /**
   * @param path a file, one char per byte
   * @param mode 0, which is F_OK, to ask whether it exists, {@link #X_OK} or {@link #W_OK}
   * @return 0, or -1; see access(2)
   */
  int access(String path, int mode);

  /**
   * Opens {@code /dev/tty} with O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC.
   *
   * @return a file descriptor, or -1, with ENXIO where the process has no controlling terminal
   */
  int openTerminal();

  /**
   * Calls openat(2) with O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC: numbers that differ from
   * one architecture to the next.
   *
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @return a file descriptor, or -1
   */
  int openatDirectory(int dirfd, byte[] path, int offset);

  /**
   * Calls openat(2) with O_PATH | O_NOFOLLOW | O_CLOEXEC: a symbolic link is opened itself.
   *
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @return a file descriptor, or -1
   */
  int openatPath(int dirfd, byte[] path, int offset);

  /**
   * Calls openat(2) with O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC.
   *
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path a path with a NUL behind it
   * @return a file descriptor, or -1
   */
  int openatFile(int dirfd, byte[] path);

  /**
   * Makes a file that nobody may open, by openat(2) with O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
   * O_CLOEXEC and mode 0.
   *
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path a path with a NUL behind it
   * @return a file descriptor, or -1
   */
  int openatNew(int dirfd, byte[] path);

  /**
   * @param fd a file descriptor
   * @param buffer what gets the bytes, as many as there is room for
   * @return how many bytes it got, 0 at the end, or -1; see read(2)
   */
  int read(int fd, byte[] buffer);

  /**
   * @param fd a file descriptor
   * @param buffer what holds the bytes
   * @param offset where they start
   * @param length how many they are
   * @return how many were written, or -1; see write(2)
   */
  int write(int fd, byte[] buffer, int offset, int length);

  /**
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path a path with a NUL behind it
   * @param mode the permission bits, from which the umask takes some
   * @return 0, or -1; see mkdirat(2)
   */
  int mkdirat(int dirfd, byte[] path, int mode);

  /**
   * Calls renameat(2), or renameat2(2) if there are flags. That is by syscall(2), as the libraries
   * have no function for it or have it only of late.
   *
   * @param dirfd the directory of both names, or {@link #AT_FDCWD}
   * @param from a name with a NUL behind it
   * @param to a name with a NUL behind it
   * @param flags 1, which is RENAME_NOREPLACE, or 0
   * @return 0, or -1
   */
  int renameat2(int dirfd, byte[] from, byte[] to, int flags);

  /**
   * @param dirfd a directory, or {@link #AT_FDCWD}
   * @param path a path with a NUL behind it
   * @param flags 0x200, which is AT_REMOVEDIR, for a directory, or 0
   * @return 0, or -1; see unlinkat(2)
   */
  int unlinkat(int dirfd, byte[] path, int flags);

  /**
   * Calls fstatat(2) with AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH.
   *
   * @param dirfd a directory, {@link #AT_FDCWD}, or with an empty path the file itself
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @param status seven longs that get st_dev, st_mode, st_uid, st_gid, st_nlink, st_ctim and
   *     st_ino, the ids unsigned; see the constants
   * @return 0, or -1
   */
  int fstatat(int dirfd, byte[] path, int offset, long[] status);

  /**
   * Calls statx(2) with AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, for what fstatat(2) does not say.
   *
   * @param dirfd a directory, {@link #AT_FDCWD}, or with an empty path the file itself
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @param attributes two longs that get stx_attributes and stx_attributes_mask
   * @return 0, or -1
   */
  int statx(int dirfd, byte[] path, int offset, long[] attributes);

  /**
   * Calls fchownat(2) with AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH.
   *
   * @param dirfd a directory, {@link #AT_FDCWD}, or with an empty path the file itself
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @param uid the new owner, or -1 for no change
   * @param gid the new group, or -1 for no change
   * @return 0, or -1
   */
  int fchownat(int dirfd, byte[] path, int offset, int uid, int gid);

  /**
   * @param fd a file descriptor
   * @param mode the new permission bits
   * @return 0, or -1; see fchmod(2)
   */
  int fchmod(int fd, int mode);

  /**
   * @param fd a directory that is open for reading
   * @param buffer what gets entries, each a struct linux_dirent64
   * @return how many bytes it got, 0 at the end, or -1; see getdents64(2)
   */
  int getdents64(int fd, byte[] buffer);

  /**
   * @param path a path with a NUL behind it
   * @param name an extended attribute with a NUL behind it
   * @param value what gets the attribute's value
   * @return how many bytes that has, or -1; see getxattr(2)
   */
  int getxattr(byte[] path, byte[] name, byte[] value);

  /**
   * @param path a path with a NUL behind it
   * @param buffer what gets the link's text, as much of it as there is room for
   * @return how many bytes it got, or -1; see readlink(2)
   */
  int readlink(byte[] path, byte[] buffer);

  /**
   * @param fd a file descriptor
   * @return 0, or -1; see close(2)
   */
  int close(int fd);

  /**
   * @param mask the new mask
   * @return the mask until now; see umask(2)
   */
  int umask(int mask);
}
