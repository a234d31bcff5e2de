package dev.nonroot.stepdown;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixCapabilities;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdMap;
import dev.nonroot.process.Proc;
import java.io.IOException;

/**
 * Stepping down from root for good. The order and the checks are those of Tsafrir, da Silva and
 * Wagner's "Setuid Demystified" and its successors: groups before gid before uid, as each step
 * takes away the right to do the one before; then read everything back, and try to get root again.
 */
public final class StepDown {
  /** Whose credentials have to change. */
  public enum Scope {
    /** The calling thread executes another program next, and so ends the others. */
    THREAD_THAT_EXECS,

    /** The process goes on with all its threads. */
    ALL_THREADS
  }

  /**
   * What is left of root's privileges; by default nothing.
   *
   * @param capabilities the capabilities to keep, as a set; they become ambient, so that a program
   *     that is executed next has them too
   * @param boundingSet whether the bounding set stays as it is, in place of being reduced to the
   *     kept capabilities
   */
  public record Kept(long capabilities, boolean boundingSet) {
    /** Nothing. */
    public static final Kept NOTHING = new Kept(0, false);

    /**
     * Says which capabilities cannot be kept by the process as it is.
     *
     * @param current the credentials of this process
     * @return those that it does not hold, or cannot make inheritable, as a set
     */
    public long missing(Credentials current) {
      CapabilitySets sets = current.capabilities();
      return capabilities & ~(sets.permitted() & (sets.bounding() | sets.inheritable()));
    }
  }

  private final LibC libC;
  private final Posix posix;
  private final PosixCapabilities capabilities;
  private final Proc proc;

  /** The bounding set before. */
  private final long bounding;

  private final Account target;
  private final Kept kept;
  private final boolean noNewPrivs;
  private final boolean hadNoNewPrivs;
  private final Scope scope;

  /** Whether the bounding set was reduced. */
  private boolean bounded;

  /**
   * A step-down that keeps nothing.
   *
   * @param libC the C library
   * @param proc what the kernel says of this process
   * @param current the credentials of this process
   * @param target who to become
   * @param noNewPrivs whether to set no_new_privs
   * @param scope which threads have to change
   */
  public StepDown(
      LibC libC, Proc proc, Credentials current, Account target, boolean noNewPrivs, Scope scope) {
    this(libC, proc, current, target, Kept.NOTHING, noNewPrivs, scope);
  }

  /**
   * @param libC the C library
   * @param proc what the kernel says of this process
   * @param current the credentials of this process
   * @param target who to become
   * @param kept what is left of root's privileges; no capabilities where all threads go on, as
   *     there is no call that would keep them on each
   * @param noNewPrivs whether to set no_new_privs
   * @param scope which threads have to change
   */
  public StepDown(
      LibC libC,
      Proc proc,
      Credentials current,
      Account target,
      Kept kept,
      boolean noNewPrivs,
      Scope scope) {
    if (kept.capabilities() != 0 && scope == Scope.ALL_THREADS) {
      throw new IllegalArgumentException("capabilities can be kept by one thread only");
    }
    this.libC = libC;
    this.posix = new Posix(libC);
    this.capabilities = new PosixCapabilities(libC);
    this.proc = proc;
    this.bounding = current.capabilities().bounding();
    this.target = target;
    this.kept = kept;
    this.noNewPrivs = noNewPrivs;
    this.hadNoNewPrivs = current.noNewPrivs();
    this.scope = scope;
  }

  /**
   * Finds out beforehand whether a step-down has a chance, changing nothing.
   *
   * @param proc what the kernel says of this process
   * @param current the credentials of this process
   * @param target who to become
   * @param scope which threads have to change
   * @return why it cannot succeed, or null if nothing stands against it
   */
  public static String obstacle(Proc proc, Credentials current, Account target, Scope scope) {
    long effective = current.capabilities().effective();
    if (!Capability.in(effective, Capability.SETUID)
        || !Capability.in(effective, Capability.SETGID)) {
      return "it lacks CAP_SETUID or CAP_SETGID";
    }
    if (scope == Scope.ALL_THREADS) {
      try {
        proc.threads();
      } catch (IOException e) {
        return "/proc/self/task, which has to prove it, cannot be read: " + e.getMessage();
      }
    }
    if (proc.deniesSetgroups()) {
      return "its user namespace denies setgroups";
    }
    IdMap uids = proc.map("/proc/self/uid_map");
    if (uids != null && uids.outside(target.uid()) < 0) {
      return "its user namespace does not map uid " + target.uid();
    }
    IdMap gids = proc.map("/proc/self/gid_map");
    for (long gid : target.groups().with(Groups.of(target.gid())).toArray()) {
      if (gids != null && gids.outside(gid) < 0) {
        return "its user namespace does not map gid " + gid;
      }
    }
    return null;
  }

  /**
   * Gives up root for the target's identity, irrevocably. In this order, each result checked:
   *
   * <ol>
   *   <li>the bounding set is reduced to the kept capabilities, where the scope is one thread;
   *       without CAP_SETPCAP that is left out if no_new_privs is on, or gets set;
   *   <li>setgroups(2), setresgid(2), setresuid(2), on all threads;
   *   <li>the ambient, inheritable, permitted and effective capability sets become the kept
   *       capabilities;
   *   <li>no_new_privs is set, on every thread that will go on;
   *   <li>the credentials of every thread that will go on are read back, and every way back to root
   *       is tried and has to fail.
   * </ol>
   *
   * <p>Where the target is root itself, only its groups, gid and uid are set and read back: root's
   * capabilities stay, and there is no way back to bar.
   *
   * @throws StepDownException if anything fails. The process is then in an unknown state and must
   *     end at once
   */
  public void stepDownForGood() throws StepDownException {
    try {
      stepDown();
    } catch (RuntimeException e) { // half-way is as fatal by a bug as by the kernel
      throw new StepDownException(e.toString());
    }
  }

  private void stepDown() throws StepDownException {
    try {
      if (!target.isRoot() && scope == Scope.THREAD_THAT_EXECS && !kept.boundingSet()) {
        reduceBoundingSet();
      }
      boolean keeps = !target.isRoot() && kept.capabilities() != 0;
      if (keeps) { // on this thread alone: the others lose theirs by setresuid(2)
        capabilities.keepOverSetuid(true);
      }
      posix.setgroups(target.groups());
      posix.setresgid(target.gid());
      posix.setresuid(target.uid());
      if (!target.isRoot()) {
        capabilities.set(kept.capabilities());
      }
      if (keeps) {
        capabilities.keepOverSetuid(false);
      }
      if (noNewPrivs) {
        posix.setNoNewPrivs();
        if (scope == Scope.ALL_THREADS) {
          posix.spreadNoNewPrivs();
        }
      }
    } catch (PosixException e) {
      throw new StepDownException(e.getMessage());
    }
    // In this order: where one thread is root still, a try that fails on another one makes glibc
    // abort the process, and musl kill it, so that nobody would learn why.
    new StepDownVerification(proc, target, kept.capabilities(), noNewPrivs, scope).verify(bounded);
    tryToRegainRoot();
  }

  private void reduceBoundingSet() throws PosixException {
    try {
      capabilities.dropFromBoundingSet(bounding & ~kept.capabilities());
      bounded = true;
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM || !(noNewPrivs || hadNoNewPrivs)) {
        throw e;
      }
    }
  }

  private void tryToRegainRoot() throws StepDownException {
    if (target.isRoot()) {
      return;
    }
    mustFail(libC.setresuid(-1, 0, -1), "setresuid(-1, 0, -1)");
    mustFail(libC.setuid(0), "setuid(0)");
    if (target.gid() != 0) {
      mustFail(libC.setgid(0), "setgid(0)");
    }
    mustFail(libC.setgroups(target.groups().toGidArray()), "setgroups");
  }

  private static void mustFail(int result, String call) throws StepDownException {
    if (result != -1) {
      throw new StepDownException(call + " succeeded afterwards: root was not given up");
    }
  }
}
