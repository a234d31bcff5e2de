package dev.nonroot.posix;

import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;

/** What the kernel, not /proc, answers the calling thread about itself; every result is checked. */
public final class PosixCredentials {
  private static final int PR_GET_SECCOMP = 21;
  private static final int PR_CAPBSET_READ = 23;
  private static final int PR_GET_NO_NEW_PRIVS = 39;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_IS_SET = 1;

  private final LibC libC;

  /**
   * @param libC the C library
   */
  public PosixCredentials(LibC libC) {
    this.libC = libC;
  }

  /**
   * Compares credentials with what the kernel answers to the calling thread.
   *
   * @param credentials what a file of /proc says
   * @throws PosixException if a call fails, or answers something else
   */
  public void verify(Credentials credentials) throws PosixException {
    verify("getresuid()", getresuid(), credentials.uid());
    verify("getresgid()", getresgid(), credentials.gid());
  }

  private static void verify(String call, int[] ids, Ids shown) throws PosixException {
    if (unsigned(ids[0]) != shown.real()
        || unsigned(ids[1]) != shown.effective()
        || unsigned(ids[2]) != shown.saved()) {
      String answer = unsigned(ids[0]) + " " + unsigned(ids[1]) + " " + unsigned(ids[2]);
      throw new PosixException(
          call, 0, "it answers the calling thread " + answer + ", and the file shows " + shown);
    }
  }

  private int[] getresuid() throws PosixException {
    int[] uid = new int[3];
    if (libC.getresuid(uid) != 0) {
      throw failed("getresuid()");
    }
    return uid;
  }

  private int[] getresgid() throws PosixException {
    int[] gid = new int[3];
    if (libC.getresgid(gid) != 0) {
      throw failed("getresgid()");
    }
    return gid;
  }

  /**
   * @return the credentials
   * @throws PosixException if a call fails
   */
  public Credentials get() throws PosixException {
    return new Credentials(
        ids(getresuid(), libC.setfsuid(-1)),
        ids(getresgid(), libC.setfsgid(-1)),
        getgroups(),
        capabilities(),
        noNewPrivs(),
        seccomp());
  }

  /**
   * @return the ambient capabilities, as a set; none where the kernel has no such set
   * @throws PosixException if a call fails
   */
  public long ambient() throws PosixException {
    long ambient = 0;
    for (int cap = 0; cap < Long.SIZE; cap++) {
      ambient |=
          (long) get(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, "prctl(PR_CAP_AMBIENT)") << cap;
    }
    return ambient;
  }

  /**
   * @return whether no_new_privs is on
   * @throws PosixException if the call fails
   */
  public boolean noNewPrivs() throws PosixException {
    return get(PR_GET_NO_NEW_PRIVS, 0, 0, "prctl(PR_GET_NO_NEW_PRIVS)") == 1;
  }

  /**
   * @return 2 if there is a seccomp filter, or else 0
   * @throws PosixException if the call fails
   */
  public int seccomp() throws PosixException {
    return get(PR_GET_SECCOMP, 0, 0, "prctl(PR_GET_SECCOMP)");
  }

  private static Ids ids(int[] three, int filesystem) {
    return new Ids(
        unsigned(three[0]), unsigned(three[1]), unsigned(three[2]), unsigned(filesystem));
  }

  private static long unsigned(int id) {
    return id & 0xffff_ffffL;
  }

  private Groups getgroups() throws PosixException {
    int size = libC.getgroups(new int[0]);
    int[] list = new int[Math.max(size, 0)];
    if (size < 0 || (size > 0 && libC.getgroups(list) != size)) {
      throw failed("getgroups");
    }
    long[] groups = new long[size];
    for (int i = 0; i < size; i++) {
      groups[i] = unsigned(list[i]);
    }
    return Groups.of(groups);
  }

  private CapabilitySets capabilities() throws PosixException {
    long[] sets = new long[3];
    if (libC.capget(sets) != 0) {
      throw failed("capget");
    }
    long bounding = 0;
    for (int cap = 0; cap < Long.SIZE; cap++) {
      bounding |= (long) get(PR_CAPBSET_READ, cap, 0, "prctl(PR_CAPBSET_READ)") << cap;
    }
    return new CapabilitySets(sets[2], sets[1], sets[0], bounding, ambient());
  }

  /** Kernels that do not know the option answer EINVAL, and do not have the thing. */
  private int get(int option, long arg2, long arg3, String call) throws PosixException {
    int value = libC.prctl(option, arg2, arg3);
    if (value < 0 && libC.errno() != Errno.EINVAL) {
      throw failed(call);
    }
    return Math.max(value, 0);
  }

  private PosixException failed(String call) {
    return new PosixException(call, libC.errno());
  }
}
