package dev.nonroot.stepdown;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown.Scope;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Reads back what a step-down has made of each thread. */
final class StepDownVerification {
  /** Rounds of listing threads until a round shows no new one. */
  private static final int MAX_ROUNDS = 1000;

  /**
   * How often a thread that is not as it should be is looked at, over some 2 s: the C library
   * leaves a thread out that is about to end, and one that ends is no longer anybody.
   */
  private static final int MAX_LOOKS = 300;

  /** Looks after which there is more time between two. */
  private static final int QUICK_LOOKS = 100;

  private final Proc proc;
  private final Account target;

  /** The capabilities that a thread that executes a program has to hold. */
  private final long kept;

  private final boolean noNewPrivs;
  private final Scope scope;

  StepDownVerification(Proc proc, Account target, long kept, boolean noNewPrivs, Scope scope) {
    this.proc = proc;
    this.target = target;
    this.kept = kept;
    this.noNewPrivs = noNewPrivs;
    this.scope = scope;
  }

  /**
   * Verifies every thread that goes on: the calling one where it executes another program next, as
   * that ends the others, which may be an emulator's own; else all, until no new one shows.
   *
   * @param bounded whether the calling thread's bounding set was reduced to the kept capabilities
   * @throws StepDownException if one is not as it has to be, or cannot be read
   */
  void verify(boolean bounded) throws StepDownException {
    try {
      if (scope == Scope.THREAD_THAT_EXECS) {
        verifyCallingThread(bounded);
      } else {
        verifyThreads();
      }
    } catch (IOException e) {
      throw new StepDownException("/proc/self/task: " + e.getMessage());
    } catch (IdentityException e) {
      throw new StepDownException(e.getMessage());
    }
  }

  private void verifyThreads() throws IOException, IdentityException, StepDownException {
    Set<String> seen = new HashSet<>();
    boolean verified = false;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      boolean newThread = false;
      for (String tid : proc.threads()) {
        if (seen.add(tid)) {
          newThread = true;
          verified |= verifyThread(tid);
        }
      }
      if (!newThread) {
        if (!verified) {
          throw new StepDownException("/proc/self/task lists no thread");
        }
        return;
      }
    }
    throw new StepDownException("threads are started faster than they can be verified");
  }

  /** False if the thread has ended. */
  private boolean verifyThread(String tid) throws IdentityException, StepDownException {
    for (int look = 1; ; look++) {
      try {
        return isRight(tid);
      } catch (StepDownException e) {
        if (look == MAX_LOOKS) {
          throw e;
        }
        proc.pause(look < QUICK_LOOKS ? 1 : 10);
      }
    }
  }

  /** False if the thread has ended. */
  private boolean isRight(String tid) throws IdentityException, StepDownException {
    Credentials actual = proc.thread(tid);
    if (actual != null) {
      verify("thread " + tid, actual);
    }
    return actual != null;
  }

  private void verifyCallingThread(boolean bounded) throws IdentityException, StepDownException {
    Credentials own = proc.callingThread();
    verify("the calling thread", own);
    CapabilitySets sets = own.capabilities();
    long everywhere = sets.permitted() & sets.effective() & sets.inheritable() & sets.ambient();
    if (!target.isRoot() && (kept & ~everywhere) != 0) {
      throw new StepDownException(
          "the calling thread was left without capabilities "
              + Capability.names(kept & ~everywhere));
    }
    if (bounded && (sets.bounding() & ~kept) != 0) {
      throw left("the calling thread", "the bounding set " + Capability.names(sets.bounding()));
    }
  }

  private void verify(String thread, Credentials actual) throws StepDownException {
    if (!actual.uid().allAre(target.uid())) {
      throw left(thread, "uids " + actual.uid() + ", not " + target.uid());
    }
    if (!actual.gid().allAre(target.gid())) {
      throw left(thread, "gids " + actual.gid() + ", not " + target.gid());
    }
    if (!actual.groups().equals(target.groups())) {
      throw left(thread, "groups " + actual.groups() + ", not " + target.groups());
    }
    if (noNewPrivs && !actual.noNewPrivs()) {
      throw left(thread, "no_new_privs off");
    }
    if (target.isRoot()) {
      return;
    }
    long held = actual.capabilities().held() & ~kept;
    if (held != 0) {
      throw left(thread, "capabilities " + Capability.names(held));
    }
    long inheritable = actual.capabilities().inheritable() & ~kept;
    if (inheritable != 0 && !actual.noNewPrivs()) {
      throw left(thread, "inheritable capabilities " + Capability.names(inheritable));
    }
  }

  private static StepDownException left(String thread, String state) {
    return new StepDownException(thread + " was left with " + state);
  }
}
