package dev.nonroot.stepdown;

import static dev.nonroot.stepdown.StepDownFixture.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Faults;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import dev.nonroot.stepdown.StepDown.Kept;
import dev.nonroot.stepdown.StepDown.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call that fails, and every call that lies: none may leave a process half stepped down. */
class StepDownFailureTest {
  private static final int[] ERRORS = {Errno.EPERM, Errno.EAGAIN, Errno.EINVAL, Errno.ENOMEM};
  private static final int THREADS = 3;

  /** Not root, but with CAP_SETGID, CAP_SETUID and CAP_SETPCAP. */
  private static final Identity PRIVILEGED = Identity.user(500).permittedAndEffective(0x1c0);

  private record Scenario(
      Identity identity, Account target, Kept kept, boolean noNewPrivs, Scope scope, int threads) {
    Scenario(Identity identity, Account target, boolean noNewPrivs, Scope scope, int threads) {
      this(identity, target, Kept.NOTHING, noNewPrivs, scope, threads);
    }

    StepDownFixture fixture() {
      return new StepDownFixture(identity, threads, target, kept, noNewPrivs, scope);
    }
  }

  private static List<Scenario> scenarios() {
    Account openShift = new Account(1000, 0, Groups.of(0), null, "/");
    Account root = new Account(0, 7, Groups.of(8), "root", "/root");
    long all = Identity.ALL_CAPABILITIES;
    Identity inheriting = Identity.root().capabilities(new CapabilitySets(all, all, all, all, all));
    List<Scenario> scenarios = new ArrayList<>();
    for (boolean noNewPrivs : new boolean[] {true, false}) {
      for (Account target : new Account[] {APP, openShift, root}) {
        for (Identity identity : new Identity[] {Identity.root(), inheriting}) {
          scenarios.add(new Scenario(identity, target, noNewPrivs, Scope.THREAD_THAT_EXECS, 1));
        }
        Kept kept = new Kept(0x401, !target.equals(APP));
        scenarios.add(
            new Scenario(inheriting, target, kept, noNewPrivs, Scope.THREAD_THAT_EXECS, 1));
        scenarios.add(
            new Scenario(Identity.root(), target, noNewPrivs, Scope.ALL_THREADS, THREADS));
      }
    }
    scenarios.add(new Scenario(inheriting, APP, true, Scope.ALL_THREADS, THREADS));
    return scenarios;
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aCallThatFailsIsNamedOrDoesNotMatter(Scenario scenario) throws Exception {
    StepDownFixture happy = scenario.fixture();
    happy.assertStepsDown();
    List<String> calls = happy.kernel.faults().calls();
    assertTrue(calls.size() >= 3);
    for (int n = 1; n <= calls.size(); n++) {
      for (int error : ERRORS) {
        StepDownFixture process = scenario.fixture();
        process.kernel.faults().failCall(n, error);
        String call = calls.get(n - 1);
        boolean regain = !scenario.target().isRoot() && n > calls.indexOf("setresuid(-1, 0, -1)");
        if (regain || isTolerated(call, error, scenario)) {
          process.assertStepsDown();
        } else {
          assertNamed(process, call, error);
        }
      }
    }
  }

  /** What StepDown and Posix say that they go on after. */
  private static boolean isTolerated(String call, int error, Scenario scenario) {
    boolean noSetpcap =
        call.startsWith("prctl(PR_CAPBSET_") && error == Errno.EPERM && scenario.noNewPrivs();
    boolean noAmbientSet =
        call.equals("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)")
            && error == Errno.EINVAL
            && scenario.kept().capabilities() == 0;
    boolean noSpecAllow = call.startsWith("seccomp(1, 5") && error == Errno.EINVAL;
    return noSetpcap || noAmbientSet || noSpecAllow;
  }

  private static void assertNamed(StepDownFixture process, String call, int error) {
    StepDownException e = assertThrows(StepDownException.class, process::run, call);
    String name =
        call.startsWith("seccomp")
            ? "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)"
            : call;
    assertTrue(e.getMessage().startsWith(name + ": " + Errno.text(error)), e.getMessage());
    List<String> calls = process.kernel.faults().calls();
    assertEquals(call, calls.get(calls.size() - 1), "nothing is called after what failed");
  }

  @ParameterizedTest
  @CsvSource({
    "EPERM, 1, Operation not permitted",
    "EAGAIN, 11, Resource temporarily unavailable",
    "EINVAL, 22, Invalid argument",
    "ENOMEM, 12, Cannot allocate memory",
    "unheard of, 4711, errno 4711",
  })
  void theReasonIsNamed(String name, int error, String text) {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.faults().fail("setresuid(1000", error);
    jvm.assertFails("setresuid(1000, 1000, 1000): " + text);
  }

  @Test
  void anUnmappedTargetFails() {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.uidMap(0, 100000, 1000);
    jvm.assertFails("setresuid(1000, 1000, 1000): Invalid argument");
    jvm.kernel.gidMap(0, 100000, 1000);
    jvm.assertFails("setgroups(2, [27,1001]): Invalid argument");
    jvm.kernel.denySetgroups();
    jvm.assertFails("setgroups(2, [27,1001]): Operation not permitted");
  }

  @Test
  void aThreadWithAFilterOfItsOwnStandsAgainstTheSpreading() {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.faults().giveOwnFilter(FakeKernel.PID + 2);
    jvm.assertFails(
        "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC):"
            + " thread 102 has a filter of its own");
  }

  @Test
  void aKernelThatKnowsNoFilterAtAllFails() {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.faults().fail("seccomp", Errno.EINVAL);
    jvm.assertFails(
        "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Invalid argument");
  }

  /** As a musl whose call is a raw system call: it says 0, and one thread is as before. */
  @ParameterizedTest
  @ValueSource(strings = {"setgroups(", "setresgid(1001", "setresuid(1000", "setres", "set"})
  void aLieAboutIdsIsFound(String start) {
    for (int tid = FakeKernel.PID; tid < FakeKernel.PID + THREADS; tid++) {
      for (boolean noNewPrivs : new boolean[] {true, false}) {
        for (Scope scope : Scope.values()) {
          StepDownFixture process =
              new StepDownFixture(Identity.root().groups(0, 4), THREADS, APP, noNewPrivs, scope);
          process.kernel.faults().lie(start, tid);
          if (scope == Scope.ALL_THREADS || tid == FakeKernel.PID + 1) { // which is the caller
            assertThrows(StepDownException.class, process::run, start + " " + tid);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setgroups(|100|thread 100 was left with groups 0, not 27,1001",
        "setgroups(|101|thread 101 was left with groups 0, not 27,1001",
        "setgroups(|102|thread 102 was left with groups 0, not 27,1001",
        "setresgid(|100|thread 100 was left with gids 0 0 0 0, not 1001",
        "setresgid(|101|thread 101 was left with gids 0 0 0 0, not 1001",
        "setresuid(1000|101|thread 101 was left with uids 0 0 0 0, not 1000",
        "setresuid(|102|thread 102 was left with uids 0 0 0 0, not 1000",
        "setresuid(-1|101|setresuid(-1, 0, -1) succeeded afterwards: root was not given up",
        "setuid(|101|setuid(0) succeeded afterwards: root was not given up",
        "setgid(|101|setgid(0) succeeded afterwards: root was not given up",
        "seccomp(|100|thread 100 was left with no_new_privs off",
        "seccomp(|102|thread 102 was left with no_new_privs off",
        "prctl(PR_SET_NO_NEW_PRIVS|101|seccomp(SECCOMP_SET_MODE_FILTER,"
            + " SECCOMP_FILTER_FLAG_TSYNC): Permission denied",
      })
  void aLieIsNamed(String start, int tid, String message) {
    StepDownFixture jvm = StepDownFixture.ofJvm();
    jvm.kernel.faults().lie(start, tid);
    jvm.assertFails(message);
  }

  @Test
  void aLieAboutNoNewPrivsIsFoundInALauncher() {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.kernel.faults().lie("prctl(PR_SET_NO_NEW_PRIVS", FakeKernel.PID);
    launcher.assertFails("the calling thread was left with no_new_privs off");
  }

  /** Who was not uid 0 keeps its capabilities if nothing but setresuid takes them away. */
  @ParameterizedTest
  @EnumSource(Scope.class)
  void aLieAboutCapabilitiesIsFound(Scope scope) {
    StepDownFixture process = new StepDownFixture(PRIVILEGED, 1, APP, true, scope);
    process.kernel.faults().lie("capset(", FakeKernel.PID);
    String thread = scope == Scope.ALL_THREADS ? "thread 100" : "the calling thread";
    process.assertFails(thread + " was left with capabilities SETGID SETUID SETPCAP");
  }

  /** Trying to get root back would make the C library abort: some threads could. */
  @Test
  void capabilitiesOfOtherThreadsThatWereNeverRootAreFound() {
    new StepDownFixture(PRIVILEGED, 3, APP, true, Scope.ALL_THREADS)
        .assertFails("thread 100 was left with capabilities SETGID SETUID SETPCAP");
  }

  /** Each way back is tried by itself, whatever /proc and the tries before it say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setresuid(-1, 0, -1)|nothing",
        "setuid(0)|setresuid(-1",
        "setgid(0)|setresuid(-1;setuid(",
        "setgroups|setresuid(-1;setuid(;setgid("
      })
  void everyWayBackIsTried(String call, String barred) {
    StepDownFixture process = new StepDownFixture(PRIVILEGED, 1, APP, true, Scope.ALL_THREADS);
    Identity asItShouldBe = Identity.user(1000).gid(1001).groups(27, 1001).noNewPrivs();
    process.kernel.file("/proc/self/task/100/status", asItShouldBe.status());
    Faults faults = process.kernel.faults();
    faults.lie("capset(", FakeKernel.PID);
    for (String start : barred.split(";", -1)) {
      faults.fail(start, Errno.EPERM);
    }
    process.assertFails(call + " succeeded afterwards: root was not given up");
  }
}
