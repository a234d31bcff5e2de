package dev.nonroot.posix;

import dev.nonroot.identity.Groups;
import dev.nonroot.text.Bytes;

/**
 * The calls of {@link LibC} with every result checked: what fails throws, with the call, its
 * arguments and the reason. What changes capabilities is in {@link PosixCapabilities}, who the
 * caller is in {@link PosixCredentials}. Nothing else in nonroot calls {@link LibC}, but for the
 * tries of {@link dev.nonroot.stepdown.StepDown} to get root back, which have to fail.
 */
public final class Posix {
  private static final int F_OK = 0;
  private static final int KEYCTL_GET_KEYRING_ID = 0;
  private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
  private static final int KEY_SPEC_SESSION_KEYRING = -3;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_GET_NO_NEW_PRIVS = 39;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
  private static final int SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;

  /**
   * BPF_RET | BPF_K (code 6) of SECCOMP_RET_ALLOW: the program that lets every system call pass.
   */
  private static final long RETURN_ALLOW = 0x7fff_0000L << 32 | 6;

  private final LibC libC;

  /**
   * @param libC the C library
   */
  public Posix(LibC libC) {
    this.libC = libC;
  }

  /**
   * Calls setgroups(2).
   *
   * @param groups the supplementary groups to have
   * @throws PosixException if it fails
   */
  public void setgroups(Groups groups) throws PosixException {
    int[] list = groups.toGidArray();
    if (libC.setgroups(list) != 0) {
      throw failed("setgroups(" + list.length + ", [" + (list.length == 0 ? "" : groups) + "])");
    }
  }

  /**
   * Calls setresgid(2) with one gid three times.
   *
   * @param gid the real, effective and saved gid to have
   * @throws PosixException if it fails
   */
  public void setresgid(int gid) throws PosixException {
    if (libC.setresgid(gid, gid, gid) != 0) {
      throw failed("setresgid(" + gid + ", " + gid + ", " + gid + ")");
    }
  }

  /**
   * Calls setresuid(2) with one uid three times.
   *
   * @param uid the real, effective and saved uid to have
   * @throws PosixException if it fails
   */
  public void setresuid(int uid) throws PosixException {
    if (libC.setresuid(uid, uid, uid) != 0) {
      throw failed("setresuid(" + uid + ", " + uid + ", " + uid + ")");
    }
  }

  /**
   * Sets no_new_privs on the calling thread.
   *
   * @throws PosixException if it fails
   */
  public void setNoNewPrivs() throws PosixException {
    if (libC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0) != 0) {
      throw failed("prctl(PR_SET_NO_NEW_PRIVS, 1)");
    }
  }

  /**
   * Reads the calling thread's no_new_privs back, for where no step-down does so.
   *
   * @throws PosixException if it is off, or cannot be read
   */
  public void verifyNoNewPrivs() throws PosixException {
    String call = "prctl(PR_GET_NO_NEW_PRIVS)";
    int value = libC.prctl(PR_GET_NO_NEW_PRIVS, 0, 0);
    if (value < 0) {
      throw failed(call);
    }
    if (value != 1) {
      throw new PosixException(call, 0, "it is off, although it was set");
    }
  }

  /**
   * Spreads the calling thread's no_new_privs to every thread. prctl(2) has no way to; seccomp(2)
   * does it on the way when it puts one filter, here one that allows everything, on all threads.
   *
   * @throws PosixException if it fails
   */
  public void spreadNoNewPrivs() throws PosixException {
    filterAllThreads(new long[] {RETURN_ALLOW});
  }

  /**
   * Lets execve(2) and execveat(2) fail with EACCES, on every thread and in every process that is
   * forked, for good. Sets no_new_privs on every thread, without which the kernel lets only
   * CAP_SYS_ADMIN do so.
   *
   * @throws PosixException if a call fails, or execve(2) does not fail so afterwards
   */
  public void denyExec() throws PosixException {
    setNoNewPrivs();
    filterAllThreads(ExecFilter.PROGRAM);
    libC.execve("", new String[0], new String[0]); // which cannot succeed
    if (libC.errno() != Errno.EACCES) {
      throw failed("execve() behind the filter of seccomp");
    }
  }

  /**
   * Lets nobody type into a terminal any more: ioctl(2) with TIOCSTI or TIOCLINUX fails, on every
   * thread and in every process that is forked, for good. It needs no_new_privs, which is on then
   * on every thread.
   *
   * @throws PosixException if it fails
   */
  public void denyTyping() throws PosixException {
    filterAllThreads(TypingFilter.PROGRAM);
  }

  /**
   * Gives up the session keyring that the calling thread has inherited, with all that can be found
   * in it, for a new one. Where the kernel or a seccomp filter has no keyctl(2), there is none to
   * give up, or nobody to read it, and nothing happens.
   *
   * @throws PosixException if it fails for another reason
   */
  public void joinNewSessionKeyring() throws PosixException {
    String call = "keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)";
    int keyring = libC.keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0);
    if (keyring == 0) {
      throw new PosixException(call, 0, "it gives no keyring");
    }
    if (keyring >= 0 || libC.errno() == Errno.EPERM || libC.errno() == Errno.ENOSYS) {
      return;
    }
    PosixException failure = failed(call);
    // gVisor has no keys, and says EACCES to every question.
    if (failure.errno() != Errno.EACCES
        || libC.keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING) >= 0
        || libC.errno() != Errno.EACCES) {
      throw failure;
    }
  }

  private void filterAllThreads(long[] program) throws PosixException {
    // Without SPEC_ALLOW, kernels before 5.16 slow down every thread with a filter by speculation
    // barriers; kernels before 4.17 do not know the flag.
    if (filter(program, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW) == Errno.EINVAL
        && filter(program, SECCOMP_FILTER_FLAG_TSYNC) != 0) {
      throw failed("seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)");
    }
  }

  /** Returns 0 or EINVAL. */
  private int filter(long[] program, int flags) throws PosixException {
    String call = "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)";
    int result = libC.seccomp(SECCOMP_SET_MODE_FILTER, flags, program);
    if (result > 0) {
      throw new PosixException(call, 0, "thread " + result + " has a filter of its own");
    }
    if (result < 0 && libC.errno() != Errno.EINVAL) {
      throw failed(call);
    }
    return result == 0 ? 0 : Errno.EINVAL;
  }

  /**
   * Sets whether the process is dumpable. A change of uid makes it what fs.suid_dumpable says, as a
   * rule not: then /proc/self belongs to root, and the process cannot read its own environ.
   *
   * @param dumpable whether it is
   * @throws PosixException if it fails
   */
  public void setDumpable(boolean dumpable) throws PosixException {
    int value = dumpable ? 1 : 0;
    if (libC.prctl(PR_SET_DUMPABLE, value, 0) != 0) {
      throw failed("prctl(PR_SET_DUMPABLE, " + value + ")");
    }
  }

  /**
   * Calls chdir(2).
   *
   * @param path a directory, one char per byte
   * @throws PosixException if it fails
   */
  public void chdir(String path) throws PosixException {
    if (libC.chdir(path) != 0) {
      throw failed("chdir(" + path + ")");
    }
  }

  /**
   * Calls access(2) with F_OK.
   *
   * @param path a file, one char per byte
   * @return whether it is there, and can be reached
   */
  public boolean exists(String path) {
    return libC.access(path, F_OK) == 0;
  }

  /**
   * Calls access(2) with X_OK.
   *
   * @param path a file, one char per byte
   * @return whether the user may execute it, or search the directory
   */
  public boolean mayExecute(String path) {
    return libC.access(path, FileCalls.X_OK) == 0;
  }

  /**
   * Asks whether a file is kept from the user.
   *
   * @param path a file, one char per byte
   * @return whether a directory on the way to it cannot be searched
   */
  public boolean isDeniedToLookAt(String path) {
    return libC.access(path, F_OK) != 0 && libC.errno() == Errno.EACCES;
  }

  /**
   * Asks whether a path leads to a directory.
   *
   * @param path a path, one char per byte
   * @return whether it is one
   */
  public boolean isDirectory(String path) {
    return libC.access(path + "/", F_OK) == 0;
  }

  /**
   * Calls fstatat(2).
   *
   * @param path a file, one char per byte
   * @return its permission bits, or -1 if it is a symbolic link or cannot be looked at
   */
  public int mode(String path) {
    long[] status = new long[FileMode.STATUS_SIZE];
    boolean seen = libC.fstatat(FileCalls.AT_FDCWD, Bytes.of(path + "\0"), 0, status) == 0;
    long mode = status[FileCalls.ST_MODE];
    return seen && !FileMode.isLink(mode) ? FileMode.bits(mode) : -1;
  }

  /**
   * Calls getresuid(2).
   *
   * @return the effective uid, or -1 if it fails
   */
  public int effectiveUid() {
    int[] uids = new int[3];
    return libC.getresuid(uids) == 0 ? uids[1] : -1;
  }

  /**
   * Calls umask(2), which cannot fail.
   *
   * @param mask the new mask
   */
  public void umask(int mask) {
    libC.umask(mask);
  }

  /**
   * Becomes another program.
   *
   * @param path the program, one char per byte
   * @param argv its arguments, one char per byte
   * @param envp its environment, one char per byte
   * @return why it did not work; it returns only then
   */
  public PosixException execve(String path, String[] argv, String[] envp) {
    libC.execve(path, argv, envp);
    return failed("execve(" + path + ")");
  }

  private PosixException failed(String call) {
    return new PosixException(call, libC.errno());
  }
}
