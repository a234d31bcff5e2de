package dev.nonroot.posix;

/**
 * The C library, with C's names and C's contracts: -1 means failure, and {@link #errno} then says
 * which. Nothing here checks anything; {@link Posix} does. The set*id calls must be the library's
 * own, which apply to all threads of the process; see nptl(7).
 */
public interface LibC extends FileCalls {
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
   * @param path a program, one char per byte
   * @param argv its arguments, one char per byte
   * @param envp its environment, one char per byte
   * @return -1, if it returns at all; see execve(2)
   */
  int execve(String path, String[] argv, String[] envp);
}
