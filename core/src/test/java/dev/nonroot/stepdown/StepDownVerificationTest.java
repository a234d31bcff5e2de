package dev.nonroot.stepdown;

import static dev.nonroot.stepdown.StepDownFixture.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.posix.Errno;
import dev.nonroot.stepdown.StepDown.Scope;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading every thread's credentials back, while threads come and go. */
class StepDownVerificationTest {
  private static final int LAST = FakeKernel.PID + 2;
  private static final int NEW = 200;
  private static final Identity DONE = Identity.user(1000).gid(1001).groups(27, 1001).noNewPrivs();

  private final StepDownFixture jvm = StepDownFixture.ofJvm();
  private final FakeKernel kernel = jvm.kernel;

  /** Each is wrong in one thing. */
  static Identity[] strays() {
    return new Identity[] {
      Identity.root(),
      DONE.uid(0, 1000, 1000, 1000),
      DONE.uid(1000, 0, 1000, 1000),
      DONE.uid(1000, 1000, 0, 1000),
      DONE.uid(1000, 1000, 1000, 0),
      DONE.uid(1001, 1001, 1001, 1001),
      DONE.gid(0, 1001, 1001, 1001),
      DONE.gid(1001, 0, 1001, 1001),
      DONE.gid(1001, 1001, 0, 1001),
      DONE.gid(1001, 1001, 1001, 0),
      DONE.gid(1000),
      DONE.groups(),
      DONE.groups(27),
      DONE.groups(0, 27, 1001),
      DONE.groups(27, 1002),
      DONE.capabilities(new CapabilitySets(0, 1, 0, 0, 0)),
      DONE.capabilities(new CapabilitySets(0, 0, 1, 0, 0)),
      DONE.capabilities(new CapabilitySets(0, 0, 0, 0, 1)),
      DONE.capabilities(new CapabilitySets(0, 1L << 40, 0, 0, 0)),
    };
  }

  @ParameterizedTest
  @MethodSource("strays")
  void aThreadThatIsNotAsItShouldBeIsFound(Identity stray) {
    kernel.startAfterListing(1, NEW, stray);
    assertThrows(StepDownException.class, jvm::run);
  }

  @ParameterizedTest
  @MethodSource("strays")
  void theCallingThreadIsFoundToo(Identity stray) {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.kernel.file("/proc/thread-self/status", stray.status());
    assertThrows(StepDownException.class, launcher::run);
  }

  /** The calling thread's may be another one than what was read before. */
  @Test
  void aBoundingSetOfMoreThanWasReadIsFound() {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    CapabilitySets less = new CapabilitySets(0, -1, -1, 0x20, 0);
    launcher.current = Identity.root().capabilities(less).credentials();
    StepDownException e = assertThrows(StepDownException.class, launcher::run);
    assertTrue(e.getMessage().startsWith("the calling thread was left with the bounding set "));
  }

  @Test
  void aThreadThatIsAsItShouldBeMayCome() throws Exception {
    kernel.startAfterListing(1, NEW, DONE);
    kernel.startAfterListing(2, NEW + 1, DONE);
    jvm.assertStepsDown();
  }

  @Test
  void aThreadThatComesAsRootIsFound() {
    kernel.startAfterListing(1, NEW, Identity.root());
    jvm.assertFails("thread 200 was left with uids 0 0 0 0, not 1000");
  }

  @Test
  void aThreadThatComesLaterAsRootIsFound() {
    kernel.startAfterListing(1, NEW, DONE);
    kernel.startAfterListing(2, NEW + 1, Identity.root());
    jvm.assertFails("thread 201 was left with uids 0 0 0 0, not 1000");
  }

  @Test
  void aThreadThatComesWithoutNoNewPrivsIsFound() {
    Identity off = Identity.user(1000).gid(1001).groups(27, 1001);
    kernel.startAfterListing(1, NEW, off);
    jvm.assertFails("thread 200 was left with no_new_privs off");
  }

  @Test
  void threadsThatDoNotStopComingAreAnError() {
    for (int i = 1; i <= 1000; i++) {
      kernel.startAfterListing(i, NEW + i, DONE);
    }
    jvm.assertFails("threads are started faster than they can be verified");
  }

  @Test
  void aThreadMayEndWhileItIsVerified() throws Exception {
    kernel.faults().lie("setresuid(1000", LAST);
    kernel.endOnOpen(LAST);
    jvm.assertStepsDown();
  }

  @Test
  void aThreadMayEndWhileItsStatusIsRead() throws Exception {
    kernel.faults().lie("setresuid(1000", LAST);
    kernel.endOnRead(LAST);
    jvm.assertStepsDown();
  }

  /** The C library's setresuid leaves it out. */
  @Test
  void aThreadThatIsAboutToEndIsWaitedFor() throws Exception {
    kernel.startAfterListing(1, NEW, Identity.root());
    kernel.afterPauses(250, () -> kernel.end(NEW));
    jvm.assertStepsDown();
    assertEquals(250, kernel.pauses());
  }

  @Test
  void aThreadThatBecomesWhatItShouldBeIsWaitedFor() throws Exception {
    kernel.startAfterListing(1, NEW, Identity.root());
    kernel.afterPauses(3, () -> kernel.become(NEW, DONE));
    jvm.assertStepsDown();
  }

  @Test
  void aThreadThatBecomesSomethingElseWrongIsFound() {
    kernel.startAfterListing(1, NEW, Identity.root());
    kernel.afterPauses(3, () -> kernel.become(NEW, DONE.groups(0)));
    jvm.assertFails("thread 200 was left with groups 0, not 27,1001");
  }

  @Test
  void aThreadThatStaysIsFound() {
    kernel.startAfterListing(1, NEW, Identity.root());
    jvm.assertFails("thread 200 was left with uids 0 0 0 0, not 1000");
    assertEquals(299, kernel.pauses());
  }

  @Test
  void whatAThreadStartedBeforeItEndedIsFound() {
    kernel.faults().lie("setresuid(1000", LAST);
    kernel.endOnRead(LAST);
    kernel.startAfterListing(1, NEW, Identity.root());
    jvm.assertFails("thread 200 was left with uids 0 0 0 0, not 1000");
  }

  /** They may be an emulator's, which its program's C library does not know. */
  @Test
  void threadsThatAnExecEndsDoNotMatter() throws Exception {
    StepDownFixture launcher =
        new StepDownFixture(Identity.root(), 3, APP, true, Scope.THREAD_THAT_EXECS);
    launcher.kernel.faults().lie("set", FakeKernel.PID);
    launcher.kernel.unlistable("Permission denied");
    launcher.run();
    assertEquals(
        DONE.capabilities(new CapabilitySets(0, 0, 0, 0, 0)).credentials(),
        launcher.kernel.credentials(FakeKernel.PID + 1));
  }

  @Test
  void aThreadWhoseStatusCannotBeReadIsAnError() {
    String path = "/proc/self/task/102/status";
    Map<FakeFile, String> reasons =
        Map.of(
            FakeFile.unreadable("Permission denied"), "Permission denied",
            FakeFile.failing("No such process"), "No such process",
            FakeFile.missing(), "No such file or directory",
            FakeFile.of(""), "it has no line Uid:");
    reasons.forEach(
        (file, reason) -> {
          StepDownFixture process = StepDownFixture.ofJvm();
          process.kernel.file(path, file);
          process.assertFails(path + ": " + reason);
        });
  }

  @Test
  void threadsThatCannotBeListedAreAnError() {
    kernel.unlistable("Permission denied");
    jvm.assertFails("/proc/self/task: Permission denied");
    StepDownFixture withoutProc = StepDownFixture.ofJvm();
    withoutProc.kernel.noProc();
    withoutProc.assertFails("/proc/self/task: No such file or directory");
  }

  @Test
  void noThreadAtAllIsAnError() {
    StepDownFixture process = new StepDownFixture(Identity.root(), 1, APP, true, Scope.ALL_THREADS);
    process.kernel.endOnOpen(FakeKernel.PID);
    process.assertFails("/proc/self/task lists no thread");
  }

  @Test
  void theCallingThreadIsAskedBySystemCallsWhereItHasNoStatus() throws Exception {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.kernel.file("/proc/thread-self/status", FakeFile.missing());
    launcher.assertStepsDown();
    launcher = StepDownFixture.ofLauncher();
    launcher.kernel.noProc();
    launcher.assertStepsDown();
    launcher = StepDownFixture.ofLauncher();
    launcher.kernel.noProc();
    launcher.kernel.faults().lie("setresuid(1000", FakeKernel.PID);
    launcher.assertFails("the calling thread was left with uids 0 0 0 0, not 1000");
  }

  @Test
  void aStatusOfTheCallingThreadThatCannotBeReadIsAnError() {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.kernel.file("/proc/thread-self/status", FakeFile.unreadable("Permission denied"));
    launcher.assertFails("/proc/thread-self/status: Permission denied");
  }

  /** gVisor writes neither, and its root holds the inheritable set as well. */
  @ParameterizedTest
  @EnumSource(Scope.class)
  void linesThatAKernelDoesNotWriteAreNoObstacle(Scope scope) throws Exception {
    Identity root = Identity.root().inheritable(0x1ff_ffff_ffffL);
    StepDownFixture process = new StepDownFixture(root, 1, APP, true, scope);
    process.kernel.hideLines("CapAmb", "NoNewPrivs");
    process.kernel.faults().fail("prctl(PR_CAP_AMBIENT", Errno.EINVAL);
    process.assertStepsDown();
    StepDownFixture old = new StepDownFixture(Identity.root(), 3, APP, true, Scope.ALL_THREADS);
    old.kernel.hideLines("CapAmb", "NoNewPrivs", "Seccomp");
    old.assertStepsDown();
  }

  @Test
  void noNewPrivsIsVerifiedWithoutItsLineToo() {
    StepDownFixture launcher = StepDownFixture.ofLauncher();
    launcher.kernel.hideLines("NoNewPrivs");
    launcher.kernel.faults().lie("prctl(PR_SET_NO_NEW_PRIVS", FakeKernel.PID);
    launcher.assertFails("the calling thread was left with no_new_privs off");
  }

  @Test
  void inheritableCapabilitiesAreHarmlessOnlyWithNoNewPrivs() throws Exception {
    Identity inheriting = Identity.root().inheritable(1L << Capability.NET_BIND_SERVICE);
    new StepDownFixture(inheriting, 3, APP, true, Scope.ALL_THREADS).assertStepsDown();
    new StepDownFixture(inheriting, 3, APP, false, Scope.ALL_THREADS)
        .assertFails("thread 100 was left with inheritable capabilities NET_BIND_SERVICE");
    new StepDownFixture(inheriting, 1, APP, false, Scope.ALL_THREADS).assertStepsDown();
    new StepDownFixture(inheriting, 1, APP, false, Scope.THREAD_THAT_EXECS).assertStepsDown();
  }
}
