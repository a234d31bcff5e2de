package dev.nonroot;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

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

  /** Rounds of listing threads until a round shows no new one. */
  private static final int MAX_ROUNDS = 1000;

  private final LibC libC;
  private final Posix posix;
  private final Proc proc;
  private final Account target;
  private final boolean noNewPrivs;
  private final boolean boundingSet;
  private final Scope scope;

  /** Whether the bounding set was emptied, which can only be left out. */
  private boolean bounded;

  /**
   * @param libC the C library
   * @param proc what the kernel says of this process
   * @param target who to become
   * @param noNewPrivs whether to set no_new_privs
   * @param scope which threads have to change
   */
  public StepDown(LibC libC, Proc proc, Account target, boolean noNewPrivs, Scope scope) {
    this(libC, proc, target, noNewPrivs, true, scope);
  }

  /**
   * @param libC the C library
   * @param proc what the kernel says of this process
   * @param target who to become
   * @param noNewPrivs whether to set no_new_privs
   * @param boundingSet whether to empty the bounding set, where the scope is one thread
   * @param scope which threads have to change
   */
  public StepDown(
      LibC libC, Proc proc, Account target, boolean noNewPrivs, boolean boundingSet, Scope scope) {
    this.libC = libC;
    this.posix = new Posix(libC);
    this.proc = proc;
    this.target = target;
    this.noNewPrivs = noNewPrivs;
    this.boundingSet = boundingSet;
    this.scope = scope;
  }

  /**
   * Finds out beforehand whether a step-down has a chance, changing nothing.
   *
   * @param proc what the kernel says of this process
   * @param current the credentials of this process
   * @param target who to become
   * @return why it cannot succeed, or null if nothing stands against it
   */
  public static String obstacle(Proc proc, Credentials current, Account target) {
    long effective = current.capabilities().effective();
    if (!Capability.in(effective, Capability.SETUID)
        || !Capability.in(effective, Capability.SETGID)) {
      return "it lacks CAP_SETUID or CAP_SETGID";
    }
    try {
      proc.threads();
    } catch (IOException e) {
      return "/proc/self/task, which has to prove it, cannot be read: " + e.getMessage();
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
   *   <li>the bounding set is emptied, where the scope is one thread; without CAP_SETPCAP that is
   *       left out if no_new_privs gets set;
   *   <li>setgroups(2), setresgid(2), setresuid(2), on all threads;
   *   <li>the ambient, inheritable, permitted and effective capability sets are emptied;
   *   <li>no_new_privs is set, on every thread that will go on;
   *   <li>the credentials of every thread are read back, and every way back to root is tried and
   *       has to fail.
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
      if (boundingSet && !target.isRoot() && scope == Scope.THREAD_THAT_EXECS) {
        dropBoundingSet();
      }
      posix.setgroups(target.groups());
      posix.setresgid(target.gid());
      posix.setresuid(target.uid());
      if (!target.isRoot()) {
        posix.clearCapabilities();
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
    verifyThreads();
    tryToRegainRoot();
  }

  private void dropBoundingSet() throws PosixException {
    try {
      posix.dropBoundingSet();
      bounded = true;
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM || !noNewPrivs) {
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

  private void verifyThreads() throws StepDownException {
    Set<String> seen = new HashSet<>();
    boolean verified = false;
    try {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        boolean newThread = false;
        for (String tid : proc.threads()) {
          if (seen.add(tid)) {
            newThread = true;
            Credentials actual = proc.thread(tid);
            if (actual != null) {
              verify("thread " + tid, actual, scope == Scope.ALL_THREADS);
              verified = true;
            }
          }
        }
        if (!newThread) {
          if (!verified) {
            throw new StepDownException("/proc/self/task lists no thread");
          }
          if (scope == Scope.THREAD_THAT_EXECS) {
            verifyCallingThread();
          }
          return;
        }
      }
    } catch (IOException e) {
      throw new StepDownException("/proc/self/task: " + e.getMessage());
    } catch (IdentityException e) {
      throw new StepDownException(e.getMessage());
    }
    throw new StepDownException("threads are started faster than they can be verified");
  }

  private void verifyCallingThread() throws IdentityException, StepDownException {
    Credentials own = proc.read(Proc.CALLING_THREAD);
    if (own == null) {
      throw new StepDownException(Proc.CALLING_THREAD + ": " + Errno.text(Errno.ENOENT));
    }
    verify("the calling thread", own, true);
    if (bounded && own.capabilities().bounding() != 0) {
      throw left(
          "the calling thread",
          "the bounding set " + Capability.names(own.capabilities().bounding()));
    }
  }

  /** What does not go on may keep the thread's own state. */
  private void verify(String thread, Credentials actual, boolean goesOn) throws StepDownException {
    if (!actual.uid().allAre(target.uid())) {
      throw left(thread, "uids " + actual.uid() + ", not " + target.uid());
    }
    if (!actual.gid().allAre(target.gid())) {
      throw left(thread, "gids " + actual.gid() + ", not " + target.gid());
    }
    if (!actual.groups().equals(target.groups())) {
      throw left(thread, "groups " + actual.groups() + ", not " + target.groups());
    }
    if (noNewPrivs && goesOn && !actual.noNewPrivs()) {
      throw left(thread, "no_new_privs off");
    }
    if (target.isRoot()) {
      return;
    }
    if (actual.capabilities().held() != 0) {
      throw left(thread, "capabilities " + Capability.names(actual.capabilities().held()));
    }
    long inheritable = actual.capabilities().inheritable();
    if (inheritable != 0 && goesOn && !actual.noNewPrivs()) {
      throw left(thread, "inheritable capabilities " + Capability.names(inheritable));
    }
  }

  private static StepDownException left(String thread, String state) {
    return new StepDownException(thread + " was left with " + state);
  }
}
