package dev.nonroot.stepdown;

import static dev.nonroot.stepdown.StepDownFixture.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import dev.nonroot.stepdown.StepDown.Kept;
import dev.nonroot.stepdown.StepDown.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A step-down that leaves some of root's privileges. */
class StepDownKeptTest {
  private static final long BIND = Capability.mask(Capability.NET_BIND_SERVICE);
  private static final long BIND_AND_CHOWN = BIND | 1;
  private static final Identity DONE = Identity.user(1000).gid(1001).groups(27, 1001).noNewPrivs();

  private static StepDownFixture keeping(Kept kept, boolean noNewPrivs, int threads) {
    return new StepDownFixture(
        Identity.root(), threads, APP, kept, noNewPrivs, Scope.THREAD_THAT_EXECS);
  }

  private static StepDownFixture keeping(long capabilities) {
    return keeping(new Kept(capabilities, false), true, 1);
  }

  private static CapabilitySets only(long set) {
    return new CapabilitySets(set, set, set, set, set);
  }

  @ParameterizedTest
  @ValueSource(longs = {0x400, 0x401, 1L << 40})
  void allFiveSetsAreTheKeptOnes(long set) throws Exception {
    StepDownFixture launcher = keeping(set);
    launcher.assertStepsDown();
    assertEquals(only(set), launcher.kernel.credentials(FakeKernel.PID).capabilities());
  }

  @Test
  void theyAreKeptOverTheChangeOfUidAlone() throws Exception {
    StepDownFixture launcher = keeping(new Kept(BIND_AND_CHOWN, true), true, 1);
    launcher.assertStepsDown();
    assertEquals(
        List.of(
            "prctl(PR_SET_KEEPCAPS, 1)",
            "setgroups(2, [27,1001])",
            "setresgid(1001, 1001, 1001)",
            "setresuid(1000, 1000, 1000)",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)",
            "capset(1025, 1025, 1025)",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0)",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 10)",
            "prctl(PR_SET_KEEPCAPS, 0)",
            "prctl(PR_SET_NO_NEW_PRIVS, 1)",
            "setresuid(-1, 0, -1)",
            "setuid(0)",
            "setgid(0)",
            "setgroups(2, [27,1001])"),
        launcher.kernel.faults().calls());
  }

  @Test
  void theOtherThreadsOfAJvmLoseThem() throws Exception {
    StepDownFixture launcher = keeping(new Kept(BIND, false), true, 3);
    launcher.assertStepsDown();
    CapabilitySets caller = launcher.kernel.credentials(FakeKernel.PID + 1).capabilities();
    assertEquals(only(BIND), caller);
    assertEquals(0, launcher.kernel.credentials(FakeKernel.PID + 2).capabilities().held());
  }

  @Test
  void theBoundingSetMayStay() throws Exception {
    StepDownFixture launcher = keeping(new Kept(0, true), false, 1);
    launcher.assertStepsDown();
    assertEquals(
        new CapabilitySets(0, 0, 0, Identity.ALL_CAPABILITIES, 0),
        launcher.kernel.credentials(FakeKernel.PID).capabilities());
    assertFalse(
        launcher.kernel.faults().calls().stream().anyMatch(call -> call.contains("CAPBSET")));
  }

  @Test
  void rootAsTheTargetKeepsWhatItHas() throws Exception {
    Account root = new Account(0, 7, Groups.of(7), "root", "/root");
    StepDownFixture launcher =
        new StepDownFixture(
            Identity.root(), 1, root, new Kept(BIND, false), true, Scope.THREAD_THAT_EXECS);
    launcher.run();
    assertEquals(
        Identity.root().credentials().capabilities(),
        launcher.kernel.credentials(FakeKernel.PID).capabilities());
  }

  @Test
  void whatGoesOnWithAllThreadsKeepsNone() {
    Kept bind = new Kept(BIND, false);
    StepDownFixture jvm =
        new StepDownFixture(Identity.root(), 3, APP, bind, true, Scope.ALL_THREADS);
    assertThrows(IllegalArgumentException.class, jvm::run);
    assertEquals(List.of(), jvm.kernel.faults().calls());
  }

  @ParameterizedTest
  @CsvSource({"1025, 1024, 1025, 0, 1", "1025, 1025, 1024, 0, 1", "1025, 1025, 1, 1024, 0"})
  void whatCannotBeKeptIsKnownBefore(
      long kept, long permitted, long bounding, long inheritable, long missing) {
    CapabilitySets sets = new CapabilitySets(inheritable, permitted, 0, bounding, 0);
    Identity identity = Identity.root().capabilities(sets);
    assertEquals(missing, new Kept(kept, false).missing(identity.credentials()));
  }

  /** The kernel agrees with what is known before. */
  @ParameterizedTest
  @CsvSource({"1024, 1025, 0", "1025, 1024, 0", "1025, 1024, 1"})
  void whatIsMissingFails(long permitted, long bounding, long inheritable) throws Exception {
    Identity identity =
        Identity.root()
            .capabilities(
                new CapabilitySets(inheritable, permitted | 0x1c0, permitted | 0x1c0, bounding, 0));
    Kept kept = new Kept(BIND_AND_CHOWN, false);
    StepDownFixture launcher =
        new StepDownFixture(identity, 1, APP, kept, true, Scope.THREAD_THAT_EXECS);
    if (kept.missing(identity.credentials()) == 0) {
      launcher.assertStepsDown();
    } else {
      launcher.assertFails("capset(1025, 1025, 1025): Operation not permitted");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prctl(PR_SET_KEEPCAPS|capset(1025, 1025, 1025): Operation not permitted",
        "capset|prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0): Operation not permitted",
        "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 10|the calling thread was left without"
            + " capabilities NET_BIND_SERVICE",
        "prctl(PR_CAPBSET_DROP, 3)|the calling thread was left with the bounding set CHOWN FOWNER"
            + " NET_BIND_SERVICE",
      })
  void aLieIsFound(String start, String message) {
    StepDownFixture launcher = keeping(BIND_AND_CHOWN);
    launcher.kernel.faults().lie(start, FakeKernel.PID);
    launcher.assertFails(message);
  }

  @Test
  void moreThanTheKeptOnesIsFound() {
    for (CapabilitySets sets :
        new CapabilitySets[] {
          new CapabilitySets(BIND, 3 | BIND, BIND, BIND, BIND),
          new CapabilitySets(BIND, BIND, 3 | BIND, BIND, BIND),
          new CapabilitySets(BIND, BIND, BIND, BIND, 3 | BIND),
          new CapabilitySets(BIND, BIND, BIND, 3 | BIND, BIND),
          new CapabilitySets(0, BIND, BIND, BIND, BIND),
          new CapabilitySets(BIND, BIND, 0, BIND, BIND),
        }) {
      StepDownFixture launcher = keeping(BIND);
      String status = DONE.capabilities(sets).status();
      launcher.kernel.file("/proc/thread-self/status", status);
      assertThrows(StepDownException.class, launcher::run, status);
    }
  }

  /** Those who could set any uid have a way back. */
  @Test
  void setuidCannotBeKept() {
    StepDownException e =
        assertThrows(StepDownException.class, keeping(Capability.mask(Capability.SETUID))::run);
    assertEquals(
        "setresuid(-1, 0, -1) succeeded afterwards: root was not given up", e.getMessage());
  }

  @Test
  void withoutSetpcapTheBoundingSetStays() throws Exception {
    long held = BIND | 0xc0;
    Identity limited = Identity.root().permittedAndEffective(held);
    StepDownFixture launcher =
        new StepDownFixture(limited, 1, APP, new Kept(BIND, false), true, Scope.THREAD_THAT_EXECS);
    launcher.assertStepsDown();
    CapabilitySets sets = launcher.kernel.credentials(FakeKernel.PID).capabilities();
    assertEquals(Identity.ALL_CAPABILITIES, sets.bounding());
    assertEquals(BIND, sets.ambient());
    assertTrue(launcher.kernel.credentials(FakeKernel.PID).noNewPrivs());
  }

  @Test
  void aKernelWithoutAmbientSetFails() {
    StepDownFixture launcher = keeping(BIND);
    launcher.kernel.faults().fail("prctl(PR_CAP_AMBIENT", Errno.EINVAL);
    launcher.assertFails(
        "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL): Invalid argument: this kernel has no ambient capabilities,"
            + " so that a user cannot keep any");
    StepDownFixture other = keeping(BIND);
    other.kernel.faults().fail("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE", Errno.EINVAL);
    other.assertFails("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 10): Invalid argument");
  }
}
