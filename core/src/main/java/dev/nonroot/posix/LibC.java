package dev.nonroot.posix;

/**
 * The C library, with C's names and C's contracts: -1 means failure, and {@link #errno} then says
 * which. Nothing here checks anything; {@link Posix} does. The set*id calls must be the library's
 * own, which apply to all threads of the process; see nptl(7).
 */
public interface LibC {
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

  /**
   * @return errno(3) as the last call of this thread through this interface left it
   */
  int errno();

  /**
   * @param ids three ints that get the real, effective and saved uid
   * @return 0, or -1; see getresuid(2)
   */
  int getresuid(int[] ids);

  /**
   * @param ids three ints that get the real, effective and saved gid
   * @return 0, or -1; see getresgid(2)
   */
  int getresgid(int[] ids);

  /**
   * @param list what gets the groups; empty to ask only for their number
   * @return the number of groups, or -1; see getgroups(2)
   */
  int getgroups(int[] list);

  /**
   * @param list the supplementary groups to have
   * @return 0, or -1; see setgroups(2)
   */
  int setgroups(int[] list);

  /**
   * @param rgid the real gid, or -1 for no change
   * @param egid the effective gid, or -1 for no change
   * @param sgid the saved gid, or -1 for no change
   * @return 0, or -1; see setresgid(2)
   */
  int setresgid(int rgid, int egid, int sgid);

  /**
   * @param ruid the real uid, or -1 for no change
   * @param euid the effective uid, or -1 for no change
   * @param suid the saved uid, or -1 for no change
   * @return 0, or -1; see setresuid(2)
   */
  int setresuid(int ruid, int euid, int suid);

  /**
   * @param gid a gid
   * @return 0, or -1; see setgid(2)
   */
  int setgid(int gid);

  /**
   * @param uid a uid
   * @return 0, or -1; see setuid(2)
   */
  int setuid(int uid);

  /**
   * @param uid a uid, or -1 to change nothing
   * @return the filesystem uid until now; see setfsuid(2)
   */
  int setfsuid(int uid);

  /**
   * @param gid a gid, or -1 to change nothing
   * @return the filesystem gid until now; see setfsgid(2)
   */
  int setfsgid(int gid);

  /**
   * Asks for the calling thread's capability sets in version 3 of the interface.
   *
   * @param sets three longs that get the effective, permitted and inheritable set
   * @return 0, or -1; see capget(2)
   */
  int capget(long[] sets);

  /**
   * Sets the calling thread's capability sets in version 3 of the interface.
   *
   * @param effective the effective set
   * @param permitted the permitted set
   * @param inheritable the inheritable set
   * @return 0, or -1; see capset(2)
   */
  int capset(long effective, long permitted, long inheritable);

  /**
   * @param option which operation
   * @param arg2 its first argument
   * @param arg3 its second argument; all further ones are 0
   * @return what the operation returns, or -1; see prctl(2)
   */
  int prctl(int option, long arg2, long arg3);

  /**
   * Calls seccomp(2), for which the library has no function, by syscall(2).
   *
   * @param operation which operation
   * @param flags its flags
   * @param filter a program of struct sock_filter, each as the little-endian number that its 8
   *     bytes make: code, jt, jf, k from the low end up
   * @return 0, -1, or with SECCOMP_FILTER_FLAG_TSYNC the id of a thread that stands against it
   */
  int seccomp(int operation, int flags, long[] filter);

  /**
   * Calls keyctl(2), for which the library has no function, by syscall(2).
   *
   * @param operation which operation
   * @param arg2 its first argument; all further ones are 0
   * @return what the operation returns, or -1
   */
  int keyctl(int operation, long arg2);

  /**
   * @param path a directory, one char per byte
   * @return 0, or -1; see chdir(2)
   */
  int chdir(String path);

  /**
   * @param path a file, one char per byte
   * @param mode 0, which is F_OK, to ask whether it exists
   * @return 0, or -1; see access(2)
   */
  int access(String path, int mode);

  /**
   * @param resource which limit
   * @param limits two longs that get the soft and the hard limit, unsigned; -1 is RLIM_INFINITY
   * @return 0, or -1; see getrlimit(2)
   */
  int getrlimit(int resource, long[] limits);

  /**
   * @param resource which limit
   * @param soft the soft limit, unsigned; -1 is RLIM_INFINITY
   * @param hard the hard limit, unsigned; -1 is RLIM_INFINITY
   * @return 0, or -1; see setrlimit(2)
   */
  int setrlimit(int resource, long soft, long hard);

  /**
   * @return the process id; see getpid(2)
   */
  int getpid();

  /**
   * @param fd a file descriptor
   * @return the session of which it is the controlling terminal, 0 if that is outside of the PID
   *     namespace, or -1 if it is not that of the calling process; see tcgetsid(3)
   */
  int tcgetsid(int fd);

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
   * Calls fstatat(2) with AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH.
   *
   * @param dirfd a directory, {@link #AT_FDCWD}, or with an empty path the file itself
   * @param path what holds the path, which ends with a NUL
   * @param offset where the path starts
   * @param status six longs that get st_dev, st_mode, st_uid, st_gid, st_nlink and st_ctim, the ids
   *     unsigned; see the constants
   * @return 0, or -1
   */
  int fstatat(int dirfd, byte[] path, int offset, long[] status);

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

  /**
   * @param path a program, one char per byte
   * @param argv its arguments, one char per byte
   * @param envp its environment, one char per byte
   * @return -1, if it returns at all; see execve(2)
   */
  int execve(String path, String[] argv, String[] envp);
}
