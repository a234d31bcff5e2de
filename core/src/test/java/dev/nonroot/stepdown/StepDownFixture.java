package dev.nonroot.stepdown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown.Scope;

/** A process that has to step down, and what has to be true of it afterwards. */
final class StepDownFixture {
  static final Account APP = new Account(1000, 1001, Groups.of(27, 1001), "app", "/home/app");

  final FakeKernel kernel;

  /** What was read of the process before. */
  Credentials current;

  final Account target;
  final StepDown.Kept kept;
  final boolean noNewPrivs;
  final Scope scope;

  StepDownFixture(Identity identity, int threads, Account target, boolean noNewPrivs, Scope scope) {
    this(identity, threads, target, StepDown.Kept.NOTHING, noNewPrivs, scope);
  }

  StepDownFixture(
      Identity identity,
      int threads,
      Account target,
      StepDown.Kept kept,
      boolean noNewPrivs,
      Scope scope) {
    this.kernel = new FakeKernel(identity, threads);
    this.current = identity.credentials();
    this.target = target;
    this.kept = kept;
    this.noNewPrivs = noNewPrivs;
    this.scope = scope;
  }

  /** A root of three threads that goes on as the application's user. */
  static StepDownFixture ofJvm() {
    return new StepDownFixture(Identity.root(), 3, APP, true, Scope.ALL_THREADS);
  }

  /** A root of one thread that executes the application as its user. */
  static StepDownFixture ofLauncher() {
    return new StepDownFixture(Identity.root(), 1, APP, true, Scope.THREAD_THAT_EXECS);
  }

  void run() throws Exception {
    new StepDown(kernel.libC(), new Proc(kernel), current, target, kept, noNewPrivs, scope)
        .stepDownForGood();
  }

  /** Steps down, and checks every thread without help of what checks them there. */
  void assertStepsDown() throws Exception {
    run();
    assertSteppedDown();
  }

  void assertSteppedDown() {
    for (int tid : kernel.tids()) {
      Credentials actual = kernel.credentials(tid);
      boolean goesOn = scope == Scope.ALL_THREADS || kernel.tids().size() == 1;
      int uid = target.uid();
      int gid = target.gid();
      assertEquals(new Ids(uid, uid, uid, uid), actual.uid());
      assertEquals(new Ids(gid, gid, gid, gid), actual.gid());
      assertEquals(target.groups(), actual.groups());
      assertTrue(!noNewPrivs || !goesOn || actual.noNewPrivs());
      if (!target.isRoot()) {
        CapabilitySets sets = actual.capabilities();
        assertEquals(0, sets.held() & ~kept.capabilities());
        assertTrue(!goesOn || sets.held() == kept.capabilities());
        assertTrue(sets.inheritable() == kept.capabilities() || !goesOn || actual.noNewPrivs());
      }
    }
  }

  void assertFails(String message) {
    StepDownException e = assertThrows(StepDownException.class, this::run);
    assertEquals(message, e.getMessage());
  }
}
