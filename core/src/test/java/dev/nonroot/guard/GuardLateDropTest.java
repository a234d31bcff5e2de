package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.Account;
import dev.nonroot.config.DropAfter;
import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The action drop, where it waits for something. */
class GuardLateDropTest {
  private static final Account APP = new Account(1500, 1600, Groups.of(1600), "app", "/home/app");

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 3);
  private final GuardRun guard = new GuardRun(kernel, FakeJvm.APP);

  @BeforeEach
  void accounts() {
    kernel.file("/etc/passwd", "app:x:1500:1600::/home/app:\n");
    kernel.file("/etc/group", "");
  }

  private Outcome check(String options) throws ConfigurationException {
    return guard.check(
        Source.agentOptions("action=drop,user=app,drop-after=bind:80+443," + options));
  }

  private void assertUntouched() {
    assertEquals(List.of(), kernel.faults().calls());
    for (int tid : kernel.tids()) {
      assertTrue(kernel.credentials(tid).isRoot());
    }
  }

  private void assertStaysRoot(int exitCode, String line, Outcome outcome) {
    assertEquals(exitCode, outcome.exitCode());
    assertEquals("nonroot: " + line, outcome.stderr().get(0));
    assertNull(outcome.account());
    assertUntouched();
  }

  @Test
  void nothingIsDoneUntilItIsTime() throws Exception {
    assertNull(check("drop-deadline=500ms"));
    assertEquals(new DropAfter(List.of(80, 443), null, null), guard.waitsFor());
    assertEquals(500, guard.pending().deadline());
    assertUntouched();

    assertEquals(new Outcome(0, List.of(), APP), guard.pending().now());
    for (int tid : kernel.tids()) {
      assertFalse(kernel.credentials(tid).isRoot());
      assertEquals(0, kernel.credentials(tid).capabilities().held());
      assertTrue(kernel.credentials(tid).noNewPrivs());
    }
    // memory may hold what only root could read
    assertEquals(0, kernel.libC().dumpable());
  }

  /** A kernel with fs.suid_dumpable=1 would show its memory to the user. */
  @Test
  void theProcessIsNotDumpableWhateverTheKernelMakesOfIt() throws Exception {
    kernel.libC().suidDumpable(1);
    assertNull(check("report=none"));
    assertEquals(APP, guard.pending().now().account());
    assertEquals(0, kernel.libC().dumpable());
  }

  /** What the application has done to the files since does not matter any more. */
  @Test
  void theUserIsLookedUpBefore() throws Exception {
    assertNull(check("profile=baseline"));
    kernel.file("/etc/passwd", "app:x:0:0::/root:\n");
    kernel.noNativeAccess("gone");
    assertEquals(APP, guard.pending().now().account());
  }

  @ParameterizedTest
  @ValueSource(strings = {"setgroups(", "setresgid(", "setresuid(", "capset(", "prctl("})
  void aStepThatFailsEndsTheJvm(String call) throws Exception {
    assertNull(check("report=none"));
    kernel.faults().fail(call, Errno.EPERM);
    Outcome outcome = guard.pending().now();
    assertEquals(71, outcome.exitCode());
    assertNull(outcome.account());
    assertEquals(1, outcome.stderr().size());
    String line = outcome.stderr().get(0);
    assertTrue(line.startsWith("nonroot: error: step-down failed: " + call), line);
  }

  @Test
  void theNewIdentityIsCheckedThen() throws Exception {
    assertNull(check("min-uid=2000"));
    Outcome outcome = guard.pending().now();
    assertEquals(77, outcome.exitCode());
    assertEquals(
        "nonroot: refused: this JVM runs as uid 1500, which is below min-uid 2000 [uid-range]",
        outcome.stderr().get(0));
  }

  @Test
  void theReportComesThen() throws Exception {
    assertNull(check("report-file=/report,report=json"));
    assertNull(kernel.appended("/report"));
    assertEquals(List.of(), guard.pending().now().stderr());
    String line = kernel.appended("/report");
    assertTrue(line.contains("\"verdict\":\"dropped\""), line);
    assertTrue(line.contains("\"uid\":[1500,1500,1500,1500]"), line);
  }

  @Test
  void theDeadlineRefuses() throws Exception {
    assertNull(check("drop-deadline=2m,allow=root-uid"));
    Outcome outcome = guard.pending().deadlinePassed("no socket was bound to port 443");
    assertStaysRoot(
        77,
        "refused: this JVM runs as root (uid 0) still after drop-deadline=120s: no socket was bound"
            + " to port 443; correct drop-after=bind:80+443, or give it longer [root-uid]",
        outcome);
    assertEquals(1, outcome.stderr().size());
  }

  @Test
  void theDeadlineIsReportedToo() throws Exception {
    assertNull(check("drop-deadline=1500ms,report=json"));
    String line = guard.pending().deadlinePassed("nothing came").stderr().get(0);
    assertTrue(line.contains("\"verdict\":\"refused\""), line);
    assertTrue(line.contains("after drop-deadline=1500ms: nothing came;"), line);
  }

  /** Which is no reason to end it, as it ends anyway. */
  @Test
  void aJvmThatEndsAsRootSaysSo() throws Exception {
    assertNull(check("report-file=/report,allow=root-uid"));
    Outcome outcome = guard.pending().endedBefore("no socket was bound to port 443");
    assertStaysRoot(
        0,
        "warning: this JVM runs as root (uid 0) until its end, before drop-deadline=60s: no socket"
            + " was bound to port 443; correct drop-after=bind:80+443 [root-uid]",
        outcome);
    assertEquals(1, outcome.stderr().size());
    assertTrue(kernel.appended("/report").contains("\"verdict\":\"warned\""));
    assertEquals(List.of(), guard.pending().now().stderr(), "it may still do so");
  }

  @Test
  void whatCannotBeNoticedIsRefused() throws Exception {
    assertNull(check("allow=root-uid"));
    assertStaysRoot(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down: no such class [root-uid]",
        guard.pending().cannotStepDown("no such class"));
  }

  @Test
  void whatStandsAgainstItIsFoundOutAtTheStart() throws Exception {
    for (int tid : kernel.tids()) {
      kernel.become(tid, Identity.root().permittedAndEffective(0));
    }
    assertStaysRoot(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down:"
            + " it lacks CAP_SETUID or CAP_SETGID [root-uid]",
        check("profile=baseline"));
    assertNull(guard.waitsFor());
  }

  @Test
  void noNativeAccessIsFoundOutAtTheStart() throws Exception {
    kernel.noNativeAccess("jffi cannot be loaded");
    assertStaysRoot(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down:"
            + " jffi cannot be loaded [root-uid]",
        check("profile=baseline"));
  }

  @Test
  void whoIsNotRootOrExemptWaitsForNothing() throws Exception {
    assertNull(check("exempt=app.jar"));
    assertNull(guard.waitsFor());
    for (int tid : kernel.tids()) {
      kernel.become(tid, Identity.user(2000));
    }
    assertNull(check("profile=baseline"));
    assertNull(guard.waitsFor());
  }
}
