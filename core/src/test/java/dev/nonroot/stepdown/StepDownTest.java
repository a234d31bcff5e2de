package dev.nonroot.stepdown;

import static dev.nonroot.stepdown.StepDownFixture.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.account.NameOrId;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import dev.nonroot.stepdown.StepDown.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a step-down does where nothing stands against it, call by call. */
class StepDownTest {
  private static final List<String> IDS =
      List.of(
          "setgroups(2, [27,1001])", "setresgid(1001, 1001, 1001)", "setresuid(1000, 1000, 1000)");
  private static final List<String> CAPABILITIES =
      List.of("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)", "capset(0, 0, 0)");
  private static final String NO_NEW_PRIVS = "prctl(PR_SET_NO_NEW_PRIVS, 1)";

  /** BPF_RET | BPF_K of SECCOMP_RET_ALLOW, with TSYNC and SPEC_ALLOW. */
  private static final String FILTER = "seccomp(1, 5, [7fff000000000006])";

  private static final List<String> REGAIN =
      List.of("setresuid(-1, 0, -1)", "setuid(0)", "setgid(0)", "setgroups(2, [27,1001])");

  @SafeVarargs
  private static List<String> all(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static List<String> boundingSet() {
    List<String> calls = new ArrayList<>();
    for (int cap = 0; cap <= 40; cap++) {
      calls.add("prctl(PR_CAPBSET_DROP, " + cap + ")");
    }
    return calls;
  }

  @Test
  void aJvmStepsDownWithAllItsThreads() throws Exception {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.assertStepsDown();
    assertEquals(
        all(IDS, CAPABILITIES, List.of(NO_NEW_PRIVS, FILTER), REGAIN), jvm.kernel.faults().calls());
    assertEquals(2, jvm.kernel.credentials(FakeKernel.PID + 2).seccomp());
  }

  @Test
  void aJvmMayLeaveNoNewPrivsOff() throws Exception {
    StepDownFixture jvm = new StepDownFixture(Identity.root(), 3, APP, false, Scope.ALL_THREADS);
    jvm.assertStepsDown();
    assertEquals(all(IDS, CAPABILITIES, REGAIN), jvm.kernel.faults().calls());
    assertFalse(jvm.kernel.credentials(FakeKernel.PID).noNewPrivs());
  }

  @Test
  void aLauncherStepsDownAndEmptiesItsBoundingSet() throws Exception {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.assertStepsDown();
    assertEquals(
        all(boundingSet(), IDS, CAPABILITIES, List.of(NO_NEW_PRIVS), REGAIN),
        launcher.kernel.faults().calls());
    assertEquals(CapabilitySets.EMPTY, launcher.kernel.credentials(FakeKernel.PID).capabilities());
    assertEquals(0, launcher.kernel.credentials(FakeKernel.PID).seccomp());
  }

  @Test
  void aLauncherMayLeaveNoNewPrivsOff() throws Exception {
    StepDownFixture launcher =
        new StepDownFixture(Identity.root(), 1, APP, false, Scope.THREAD_THAT_EXECS);
    launcher.assertStepsDown();
    assertEquals(all(boundingSet(), IDS, CAPABILITIES, REGAIN), launcher.kernel.faults().calls());
    assertFalse(launcher.kernel.credentials(FakeKernel.PID).noNewPrivs());
  }

  @Test
  void aLauncherOnAJvmNeedNotChangeWhatEndsWithItsOtherThreads() throws Exception {
    StepDownFixture launcher =
        new StepDownFixture(Identity.root().inheritable(1), 3, APP, true, Scope.THREAD_THAT_EXECS);
    launcher.assertStepsDown();
    Credentials caller = launcher.kernel.credentials(FakeKernel.PID + 1);
    assertTrue(caller.noNewPrivs());
    assertEquals(CapabilitySets.EMPTY, caller.capabilities());
    Credentials other = launcher.kernel.credentials(FakeKernel.PID + 2);
    assertFalse(other.noNewPrivs());
    assertEquals(1, other.capabilities().inheritable());
  }

  @Test
  void onlyWhatIsInTheBoundingSetIsDropped() throws Exception {
    CapabilitySets docker = new CapabilitySets(0, 0xa80425fbL, 0xa80425fbL, 0xa80425fbL, 0);
    StepDownFixture launcher =
        new StepDownFixture(
            Identity.root().capabilities(docker).seccomp(2), 1, APP, true, Scope.THREAD_THAT_EXECS);
    launcher.assertStepsDown();
    assertEquals(0, launcher.kernel.credentials(FakeKernel.PID).capabilities().bounding());
    List<String> calls = launcher.kernel.faults().calls();
    assertTrue(calls.contains("prctl(PR_CAPBSET_DROP, 0)"));
    assertFalse(calls.contains("prctl(PR_CAPBSET_DROP, 2)"));
    assertEquals(14, calls.stream().filter(call -> call.contains("CAPBSET_DROP")).count());
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void gidZeroAsTheTargetIsNoWayBack(Scope scope) throws Exception {
    Account openShift = new Account(1000, 0, Groups.of(0, 1000), null, "/");
    StepDownFixture process = new StepDownFixture(Identity.root(), 1, openShift, true, scope);
    process.assertStepsDown();
    List<String> calls = process.kernel.faults().calls();
    assertFalse(calls.contains("setgid(0)"));
    assertTrue(calls.contains("setuid(0)"));
    assertEquals("setgroups(2, [0,1000])", calls.get(calls.size() - 1));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void noGroupsAtAllAreATargetToo(Scope scope) throws Exception {
    Account alone = new Account(1000, 1000, Groups.NONE, null, "/");
    StepDownFixture process = new StepDownFixture(Identity.root(), 1, alone, true, scope);
    process.assertStepsDown();
    assertTrue(process.kernel.faults().calls().contains("setgroups(0, [])"));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void theLargestIdsAreATarget(Scope scope) throws Exception {
    int max = NameOrId.MAX_ID;
    Account highest = new Account(max, max, Groups.of(max), null, "/");
    new StepDownFixture(Identity.root(), 1, highest, true, scope).assertStepsDown();
  }

  /** Root keeps its capabilities, and there is nothing to be barred from. */
  @ParameterizedTest
  @EnumSource(Scope.class)
  void rootAsTheTargetOnlyGetsItsIds(Scope scope) throws Exception {
    Account root = new Account(0, 7, Groups.of(7, 8), "root", "/root");
    StepDownFixture process =
        new StepDownFixture(Identity.root().groups(1, 2, 3), 1, root, false, scope);
    process.assertStepsDown();
    assertEquals(
        List.of("setgroups(2, [7,8])", "setresgid(7, 7, 7)", "setresuid(0, 0, 0)"),
        process.kernel.faults().calls());
    assertEquals(
        Identity.ALL_CAPABILITIES,
        process.kernel.credentials(FakeKernel.PID).capabilities().effective());
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void rootAsTheTargetGetsNoNewPrivsIfAskedFor(Scope scope) throws Exception {
    Account root = new Account(0, 0, Groups.of(0), "root", "/root");
    StepDownFixture process = new StepDownFixture(Identity.root(), 3, root, true, scope);
    process.assertStepsDown();
    assertTrue(process.kernel.credentials(FakeKernel.PID + 1).noNewPrivs());
    assertEquals(
        scope == Scope.ALL_THREADS, process.kernel.credentials(FakeKernel.PID + 2).noNewPrivs());
  }

  /** setresuid(2) clears the sets only of whoever was root before. */
  @ParameterizedTest
  @EnumSource(Scope.class)
  void capabilitiesWithoutRootAreGivenUpToo(Scope scope) throws Exception {
    long all = Identity.ALL_CAPABILITIES;
    Identity privileged =
        Identity.user(500).capabilities(new CapabilitySets(all, all, all, all, all));
    StepDownFixture process = new StepDownFixture(privileged, 1, APP, true, scope);
    process.assertStepsDown();
    assertEquals(0, process.kernel.credentials(FakeKernel.PID).capabilities().inheritable());
  }

  @Test
  void kernelsWithoutSpecAllowGetTheFilterWithoutIt() throws Exception {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.faults().withoutSpecAllow();
    jvm.assertStepsDown();
    assertEquals(
        all(
            IDS,
            CAPABILITIES,
            List.of(NO_NEW_PRIVS, FILTER, "seccomp(1, 1, [7fff000000000006])"),
            REGAIN),
        jvm.kernel.faults().calls());
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void kernelsWithoutAmbientSetHaveNothingToClear(Scope scope) throws Exception {
    StepDownFixture process = new StepDownFixture(Identity.root(), 1, APP, true, scope);
    process.kernel.faults().fail("prctl(PR_CAP_AMBIENT", Errno.EINVAL);
    process.assertStepsDown();
  }

  @Test
  void withoutSetpcapTheBoundingSetStaysIfNoNewPrivsIsSet() throws Exception {
    Identity limited =
        Identity.root()
            .permittedAndEffective(
                Capability.mask(Capability.SETUID) | Capability.mask(Capability.SETGID));
    StepDownFixture launcher = new StepDownFixture(limited, 1, APP, true, Scope.THREAD_THAT_EXECS);
    launcher.assertStepsDown();
    assertEquals(
        Identity.ALL_CAPABILITIES,
        launcher.kernel.credentials(FakeKernel.PID).capabilities().bounding());
    new StepDownFixture(limited, 1, APP, false, Scope.THREAD_THAT_EXECS)
        .assertFails("prctl(PR_CAPBSET_DROP, 0): Operation not permitted");
    new StepDownFixture(limited.noNewPrivs(), 1, APP, false, Scope.THREAD_THAT_EXECS)
        .assertStepsDown();
  }
}
