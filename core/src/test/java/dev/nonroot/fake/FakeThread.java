package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EINVAL;
import static dev.nonroot.posix.Errno.EPERM;

import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import java.util.Locale;

/**
 * One thread's credentials and the kernel's rules for changing them: kernel/sys.c and
 * security/commoncap.c. The methods named like system calls return 0 or an error number.
 */
final class FakeThread {
  static final int LAST_CAPABILITY = 40;

  /** What set*id takes for an id that is to stay. */
  static final long NO_CHANGE = -1;

  final int tid;
  private Ids uid;
  private Ids gid;
  private Groups groups;
  private long inheritable;
  private long permitted;
  private long effective;
  private long bounding;
  private long ambient;
  private boolean noNewPrivs;
  private boolean mayNotExec;
  private int seccomp;
  private boolean keepCaps;

  FakeThread(int tid, Credentials credentials) {
    this.tid = tid;
    become(credentials);
  }

  final void become(Credentials credentials) {
    uid = credentials.uid();
    gid = credentials.gid();
    groups = credentials.groups();
    CapabilitySets sets = credentials.capabilities();
    inheritable = sets.inheritable();
    permitted = sets.permitted();
    effective = sets.effective();
    bounding = sets.bounding();
    ambient = sets.ambient();
    noNewPrivs = credentials.noNewPrivs();
    seccomp = credentials.seccomp();
  }

  Credentials credentials() {
    CapabilitySets sets = new CapabilitySets(inheritable, permitted, effective, bounding, ambient);
    return new Credentials(uid, gid, groups, sets, noNewPrivs, seccomp);
  }

  private boolean can(int capability) {
    return Capability.in(effective, capability);
  }

  boolean maySetGroups() {
    return can(Capability.SETGID);
  }

  int setgroups(Groups wanted) {
    groups = wanted;
    return 0;
  }

  int setresgid(long real, long effectiveGid, long saved) {
    if (!can(Capability.SETGID)
        && !(isOwn(gid, real) && isOwn(gid, effectiveGid) && isOwn(gid, saved))) {
      return EPERM;
    }
    gid = changed(gid, real, effectiveGid, saved);
    return 0;
  }

  int setgid(long wanted) {
    if (can(Capability.SETGID)) {
      gid = changed(gid, wanted, wanted, wanted);
    } else if (wanted == gid.real() || wanted == gid.saved()) {
      gid = changed(gid, NO_CHANGE, wanted, NO_CHANGE);
    } else {
      return EPERM;
    }
    return 0;
  }

  int setresuid(long real, long effectiveUid, long saved) {
    if (!can(Capability.SETUID)
        && !(isOwn(uid, real) && isOwn(uid, effectiveUid) && isOwn(uid, saved))) {
      return EPERM;
    }
    changeUid(changed(uid, real, effectiveUid, saved));
    return 0;
  }

  int setuid(long wanted) {
    if (can(Capability.SETUID)) {
      changeUid(changed(uid, wanted, wanted, wanted));
    } else if (wanted == uid.real() || wanted == uid.saved()) {
      changeUid(changed(uid, NO_CHANGE, wanted, NO_CHANGE));
    } else {
      return EPERM;
    }
    return 0;
  }

  private static boolean isOwn(Ids ids, long id) {
    return id == NO_CHANGE || id == ids.real() || id == ids.effective() || id == ids.saved();
  }

  private static Ids changed(Ids ids, long real, long effective, long saved) {
    long newEffective = effective == NO_CHANGE ? ids.effective() : effective;
    return new Ids(
        real == NO_CHANGE ? ids.real() : real,
        newEffective,
        saved == NO_CHANGE ? ids.saved() : saved,
        newEffective);
  }

  /** What cap_emulate_setxuid does. */
  private void changeUid(Ids wanted) {
    Ids before = uid;
    uid = wanted;
    if (hasZero(before) && !hasZero(wanted)) {
      permitted = keepCaps ? permitted : 0;
      effective = keepCaps ? effective : 0;
      ambient = 0;
    }
    if (before.effective() == 0 && wanted.effective() != 0) {
      effective = 0;
    } else if (before.effective() != 0 && wanted.effective() == 0) {
      effective = permitted;
    }
  }

  private static boolean hasZero(Ids ids) {
    return ids.real() == 0 || ids.effective() == 0 || ids.saved() == 0;
  }

  int capset(long newEffective, long newPermitted, long newInheritable) {
    boolean inherits =
        isSubset(newInheritable, inheritable | bounding)
            && (can(Capability.SETPCAP) || isSubset(newInheritable, inheritable | permitted));
    if (!inherits || !isSubset(newPermitted, permitted) || !isSubset(newEffective, newPermitted)) {
      return EPERM;
    }
    effective = newEffective;
    permitted = newPermitted;
    inheritable = newInheritable;
    ambient &= newPermitted & newInheritable;
    return 0;
  }

  private static boolean isSubset(long set, long of) {
    return (set & ~of) == 0;
  }

  int dropFromBoundingSet(long cap) {
    if (!can(Capability.SETPCAP)) {
      return EPERM;
    }
    if (cap < 0 || cap > LAST_CAPABILITY) {
      return EINVAL;
    }
    bounding &= ~Capability.mask((int) cap);
    return 0;
  }

  boolean raiseAmbient(int cap) {
    boolean may = Capability.in(permitted & inheritable, cap);
    ambient |= may ? Capability.mask(cap) : 0;
    return may;
  }

  int lowerAmbient(long set) {
    ambient &= ~set;
    return 0;
  }

  int setKeepCaps(boolean keep) {
    keepCaps = keep;
    return 0;
  }

  int setNoNewPrivs() {
    noNewPrivs = true;
    return 0;
  }

  boolean mayFilter() {
    return noNewPrivs || can(21); // CAP_SYS_ADMIN
  }

  /** Takes up the filter of another thread, and its no_new_privs. */
  void synchronizeFilter(FakeThread other, boolean deniesExec) {
    seccomp = 2;
    mayNotExec |= deniesExec;
    noNewPrivs |= other.noNewPrivs;
  }

  boolean mayNotExec() {
    return mayNotExec;
  }

  /** The status file as kernels since 5.9 write it. */
  String status(int pid, int threads) {
    StringBuilder text = new StringBuilder("Name:\tjava\nUmask:\t0022\nState:\tS (sleeping)\n");
    text.append("Tgid:\t").append(pid).append("\nNgid:\t0\nPid:\t").append(tid);
    text.append("\nPPid:\t1\nTracerPid:\t0");
    text.append("\nUid:\t").append(tabbed(uid)).append("\nGid:\t").append(tabbed(gid));
    text.append("\nFDSize:\t256\nGroups:\t");
    for (long group : groups.toArray()) {
      text.append(group).append(' ');
    }
    text.append(groups.size() == 0 ? " " : "").append("\nNStgid:\t").append(pid);
    text.append("\nVmPeak:\t 5014484 kB\nThreads:\t").append(threads);
    text.append("\nSigQ:\t0/96365\nSigCgt:\t2000000181005ccf");
    text.append(set("CapInh", inheritable)).append(set("CapPrm", permitted));
    text.append(set("CapEff", effective)).append(set("CapBnd", bounding));
    text.append(set("CapAmb", ambient)).append("\nNoNewPrivs:\t").append(noNewPrivs ? 1 : 0);
    text.append("\nSeccomp:\t").append(seccomp).append("\nSeccomp_filters:\t").append(seccomp / 2);
    return text.append("\nSpeculation_Store_Bypass:\tvulnerable\nMems_allowed:\t1\n").toString();
  }

  private static String tabbed(Ids ids) {
    return ids.real() + "\t" + ids.effective() + "\t" + ids.saved() + "\t" + ids.filesystem();
  }

  private static String set(String name, long set) {
    return String.format(Locale.ROOT, "\n%s:\t%016x", name, set);
  }
}
