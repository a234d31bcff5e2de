package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EACCES;
import static dev.nonroot.posix.Errno.EINVAL;
import static dev.nonroot.posix.Errno.ENOENT;
import static dev.nonroot.posix.Errno.ENOTDIR;
import static dev.nonroot.posix.Errno.EPERM;

import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The C library of {@link FakeKernel}'s process, as glibc is: set*id and setgroups reach every
 * thread, prctl and capset only the caller.
 */
public final class FakeLibC extends FakeFileCalls {
  private static final int MAX_GROUPS = 65536;
  private static final int NEW_KEYRING = 0x2000_0001;
  private static final int SESSION_KEYRING = 41;
  private static final int TSYNC = 1;
  private static final int SPEC_ALLOW = 4;
  private static final int EXECVE = 59;
  private static final int DENIAL = 0x5_000d; // SECCOMP_RET_ERRNO with EACCES

  private int dumpable = 1;
  private int suidDumpable;

  FakeLibC(FakeKernel kernel, Faults faults) {
    super(kernel, faults);
  }

  /**
   * @return whether the process is dumpable, 0 or 1
   */
  public int dumpable() {
    return dumpable;
  }

  /**
   * @param value what fs.suid_dumpable is: what a process becomes that changes its uid
   */
  public void suidDumpable(int value) {
    suidDumpable = value;
  }

  private int onCaller(String call, ToIntFunction<FakeThread> change) {
    if (fails(call)) {
      return -1;
    }
    return faults.passesOver(call, kernel.caller())
        ? 0
        : result(change.applyAsInt(kernel.caller()));
  }

  /** As glibc does it: if the threads do not agree on the result, it aborts the process. */
  private int onEveryThread(String call, ToIntFunction<FakeThread> change) {
    if (fails(call)) {
      return -1;
    }
    Set<Integer> errors = new HashSet<>();
    for (FakeThread thread : kernel.threads()) {
      if (!faults.passesOver(call, thread)) {
        Credentials before = thread.credentials();
        errors.add(change.applyAsInt(thread));
        Credentials after = thread.credentials();
        boolean same = before.uid().equals(after.uid()) && before.gid().equals(after.gid());
        dumpable = same ? dumpable : suidDumpable;
      }
    }
    if (errors.size() > 1) {
      throw new IllegalStateException("aborted: the threads disagree on " + call);
    }
    return faults.passesOver(call, kernel.caller()) ? 0 : result(errors.iterator().next());
  }

  private static long unsigned(int id) {
    return id == -1 ? FakeThread.NO_CHANGE : Integer.toUnsignedLong(id);
  }

  private boolean mapsGids(int... gids) {
    return Arrays.stream(gids).allMatch(gid -> gid != -1 && kernel.mapsGid(unsigned(gid)));
  }

  private boolean mapsUids(int... uids) {
    return Arrays.stream(uids).allMatch(uid -> uid != -1 && kernel.mapsUid(unsigned(uid)));
  }

  private static int[] given(int... ids) {
    return Arrays.stream(ids).filter(id -> id != -1).toArray();
  }

  private Credentials own() {
    return kernel.caller().credentials();
  }

  @Override
  public int getresuid(int[] ids) {
    return fails("getresuid()") ? -1 : fill(ids, own().uid());
  }

  @Override
  public int getresgid(int[] ids) {
    return fails("getresgid()") ? -1 : fill(ids, own().gid());
  }

  private static int fill(int[] three, Ids ids) {
    three[0] = (int) ids.real();
    three[1] = (int) ids.effective();
    three[2] = (int) ids.saved();
    return 0;
  }

  @Override
  public int getgroups(int[] list) {
    int[] groups = own().groups().toGidArray();
    if (fails("getgroups(" + list.length + ")")) {
      return -1;
    }
    if (list.length > 0 && list.length < groups.length) {
      return failure(EINVAL);
    }
    System.arraycopy(groups, 0, list, 0, Math.min(list.length, groups.length));
    return groups.length;
  }

  @Override
  public int setgroups(int[] list) {
    Groups groups = Groups.of(Arrays.stream(list).mapToLong(FakeLibC::unsigned).toArray());
    return onEveryThread(
        "setgroups("
            + list.length
            + ", "
            + array(Arrays.stream(list).mapToObj(String::valueOf))
            + ")",
        thread -> {
          if (kernel.isSetgroupsDenied() || !thread.maySetGroups()) {
            return EPERM;
          }
          return list.length <= MAX_GROUPS && mapsGids(list) ? thread.setgroups(groups) : EINVAL;
        });
  }

  private static String array(Stream<String> elements) {
    return elements.collect(Collectors.joining(",", "[", "]"));
  }

  @Override
  public int setresgid(int rgid, int egid, int sgid) {
    return onEveryThread(
        "setresgid(" + rgid + ", " + egid + ", " + sgid + ")",
        thread ->
            mapsGids(given(rgid, egid, sgid))
                ? thread.setresgid(unsigned(rgid), unsigned(egid), unsigned(sgid))
                : EINVAL);
  }

  @Override
  public int setresuid(int ruid, int euid, int suid) {
    return onEveryThread(
        "setresuid(" + ruid + ", " + euid + ", " + suid + ")",
        thread ->
            mapsUids(given(ruid, euid, suid))
                ? thread.setresuid(unsigned(ruid), unsigned(euid), unsigned(suid))
                : EINVAL);
  }

  @Override
  public int setgid(int gid) {
    return onEveryThread(
        "setgid(" + gid + ")", thread -> mapsGids(gid) ? thread.setgid(gid) : EINVAL);
  }

  @Override
  public int setuid(int uid) {
    return onEveryThread(
        "setuid(" + uid + ")", thread -> mapsUids(uid) ? thread.setuid(uid) : EINVAL);
  }

  @Override
  public int setfsuid(int uid) {
    faults.note("setfsuid(" + uid + ")");
    return (int) own().uid().filesystem();
  }

  @Override
  public int setfsgid(int gid) {
    faults.note("setfsgid(" + gid + ")");
    return (int) own().gid().filesystem();
  }

  @Override
  public int capget(long[] sets) {
    sets[0] = own().capabilities().effective();
    sets[1] = own().capabilities().permitted();
    sets[2] = own().capabilities().inheritable();
    return fails("capget()") ? -1 : 0;
  }

  @Override
  public int capset(long effective, long permitted, long inheritable) {
    return onCaller(
        "capset(" + effective + ", " + permitted + ", " + inheritable + ")",
        thread -> thread.capset(effective, permitted, inheritable));
  }

  @Override
  public int prctl(int option, long arg2, long arg3) {
    String call = FakePrctl.note(option, arg2, arg3);
    if (fails(call)) {
      return -1;
    }
    if (faults.passesOver(call, kernel.caller())) {
      return 0;
    }
    int value = FakePrctl.call(kernel.caller(), option, arg2, arg3);
    if (option == FakePrctl.SET_DUMPABLE && value == 0) {
      dumpable = (int) arg2;
    }
    return value < 0 ? failure(-value) : value;
  }

  @Override
  public int seccomp(int operation, int flags, long[] filter) {
    String program = array(Arrays.stream(filter).mapToObj(Long::toHexString));
    String call = "seccomp(" + operation + ", " + flags + ", " + program + ")";
    if (fails(call)) {
      return -1;
    }
    int known = faults.specAllowIsKnown() ? TSYNC | SPEC_ALLOW : TSYNC;
    if (operation != 1 || (flags & ~known) != 0 || filter.length == 0) {
      return failure(EINVAL);
    }
    if (!kernel.caller().mayFilter()) {
      return failure(EACCES);
    }
    for (FakeThread thread : kernel.threads()) {
      if ((flags & TSYNC) != 0 && faults.hasOwnFilter(thread)) {
        return thread.tid;
      }
    }
    for (FakeThread thread : kernel.threads()) {
      boolean reached = thread == kernel.caller() || (flags & TSYNC) != 0;
      if (reached && !faults.passesOver(call, thread)) {
        thread.synchronizeFilter(kernel.caller(), deniesExec(filter));
      }
    }
    return 0;
  }

  private static boolean deniesExec(long[] filter) {
    return SeccompProgram.run(filter, SeccompProgram.X86_64, EXECVE) == DENIAL;
  }

  /** Knows KEYCTL_JOIN_SESSION_KEYRING, and KEYCTL_GET_KEYRING_ID of the session's. */
  @Override
  public int keyctl(int operation, long arg2) {
    String call = "keyctl(" + operation + ", " + arg2 + ")";
    if (fails(call)) {
      return -1;
    }
    if (operation == 0 && arg2 == -3) {
      return SESSION_KEYRING;
    }
    if (operation != 1 || arg2 != 0) {
      throw new IllegalArgumentException(call);
    }
    return faults.passesOver(call, kernel.caller()) ? 0 : NEW_KEYRING;
  }

  @Override
  public int chdir(String path) {
    if (fails("chdir(" + path + ")")) {
      return -1;
    }
    FakeFile file = kernel.fileAt(path);
    return file == null ? failure(ENOENT) : file.status().regular() ? failure(ENOTDIR) : 0;
  }

  @Override
  public int access(String path, int mode) {
    if (fails("access(" + path + ", " + mode + ")")) {
      return -1;
    }
    if (path.equals(".")) {
      return result(-kernel.tree().access(String.valueOf(AT_FDCWD), mode));
    }
    if (path.startsWith("/proc/self/fd/")) {
      return result(-kernel.tree().access(path.substring(14), mode));
    }
    return kernel.fileAt(path) == null ? failure(ENOENT) : 0;
  }

  @Override
  public int execve(String path, String[] argv, String[] envp) {
    if (fails("execve(" + path + ")")) {
      return -1;
    }
    if (kernel.caller().mayNotExec()) {
      return failure(EACCES);
    }
    FakeFile file = kernel.fileAt(path);
    if (file == null) {
      return failure(ENOENT);
    }
    if (!file.status().regular() || (file.status().mode() & 0111) == 0) {
      return failure(EACCES);
    }
    throw new Executed(path, List.of(argv), List.of(envp));
  }
}
