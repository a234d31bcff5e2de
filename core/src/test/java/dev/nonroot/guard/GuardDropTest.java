package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.Account;
import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The action drop. */
class GuardDropTest {
  private static final Account APP =
      new Account(1500, 1600, Groups.of(27, 1600), "app", "/home/app");

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 3);

  @BeforeEach
  void accounts() {
    kernel.file("/etc/passwd", "root:x:0:0::/root:\ntoor:x:0:9::/:\napp:x:1500:1600::/home/app:\n");
    kernel.file("/etc/group", "sudo:x:27:app\n");
  }

  private Outcome drop(String options) throws ConfigurationException {
    return new GuardRun(kernel, FakeJvm.APP).check(Source.agentOptions("action=drop," + options));
  }

  private void assertLine(int exitCode, String line, Outcome outcome) {
    assertEquals(exitCode, outcome.exitCode());
    assertEquals("nonroot: " + line, outcome.stderr().get(0));
  }

  private void assertUntouched() {
    assertEquals(List.of(), kernel.faults().calls());
    for (int tid : kernel.tids()) {
      assertTrue(kernel.credentials(tid).isRoot());
    }
  }

  @Test
  void stepsDownAndSaysNothing() throws Exception {
    assertEquals(new Outcome(0, List.of(), APP), drop("user=app"));
    for (int tid : kernel.tids()) {
      Credentials now = kernel.credentials(tid);
      assertEquals(new Ids(1500, 1500, 1500, 1500), now.uid());
      assertEquals(new Ids(1600, 1600, 1600, 1600), now.gid());
      assertEquals(Groups.of(27, 1600), now.groups());
      assertEquals(0, now.capabilities().held());
      assertTrue(now.noNewPrivs());
    }
    assertEquals(1, kernel.libC().dumpable());
  }

  @Test
  void leavesNoNewPrivsOffIfAskedTo() throws Exception {
    assertEquals(0, drop("user=app,no-new-privs=false").exitCode());
    assertFalse(kernel.credentials(FakeKernel.PID).noNewPrivs());
    assertEquals(0, kernel.credentials(FakeKernel.PID).seccomp());
  }

  @Test
  void theUserNeedNotHaveAnEntry() throws Exception {
    Account account = new Account(9000, 9000, Groups.of(9000), null, "/");
    assertEquals(new Outcome(0, List.of(), account), drop("user=9000"));
  }

  @Test
  void theUserMayComeFromAnySource() throws Exception {
    kernel.file("/etc/nonroot/nonroot.properties", "action=drop\nuser=app\n");
    assertEquals(APP, new GuardRun(kernel, FakeJvm.APP).check().account());
  }

  @Test
  void rootOfAUserNamespaceStepsDownToo() throws Exception {
    kernel.uidMap(0, 100000, 65536);
    kernel.gidMap(0, 100000, 65536);
    assertEquals(new Outcome(0, List.of(), APP), drop("user=app"));
  }

  @ParameterizedTest
  @CsvSource({"root, root", "0, 0", "toor, toor", "0:1600, 0", "root:app, root", "-0, -0"})
  void rootIsNoTarget(String user, String named) throws Exception {
    kernel.file("/etc/group", "app:x:1600:\n");
    assertEquals(
        new Outcome(
            77,
            List.of("nonroot: refused: the user to step down to, '" + named + "', is root (uid 0)"),
            null),
        drop("user=" + user));
    assertUntouched();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus|there is no user 'bogus' in /etc/passwd; accepted: a name from there, or a number",
        "app:bo|there is no group 'bo' in /etc/group; accepted: a name from there, or a number",
      })
  void anUnknownUserIsAConfigurationError(String user, String message) throws Exception {
    assertEquals(
        new Outcome(78, List.of("nonroot: error: " + message), null), drop("user=" + user));
    assertUntouched();
  }

  @Test
  void accountsThatCannotBeReadAreAConfigurationError() throws Exception {
    kernel.file("/etc/group", FakeFile.unreadable("Permission denied"));
    assertLine(78, "error: cannot read /etc/group: Permission denied", drop("user=app"));
    kernel.file("/etc/passwd", FakeFile.directory());
    assertLine(78, "error: cannot read /etc/passwd: Not a regular file", drop("user=app"));
    assertUntouched();
  }

  @Test
  void dropWithoutAUserIsAConfigurationError() throws Exception {
    assertLine(
        78,
        "error: action=drop needs a user: user=10001 among the agent options,"
            + " NONROOT_USER=10001, or user=10001 in the policy file",
        drop("profile=baseline"));
    assertUntouched();
  }

  @Test
  void whatStandsAgainstItIsNamedAndRefused() throws Exception {
    for (int tid : kernel.tids()) {
      kernel.become(tid, Identity.root().permittedAndEffective(0));
    }
    Outcome outcome = drop("user=app");
    assertLine(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down:"
            + " it lacks CAP_SETUID or CAP_SETGID [root-uid]",
        outcome);
    assertEquals(2, outcome.stderr().size());
    assertTrue(outcome.stderr().get(1).startsWith("nonroot: fix: USER 10001 in the Dockerfile"));
    assertNull(outcome.account());
    assertUntouched();
  }

  /** Also where the policy only warns of root, or allows it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "warn=root-uid+userns-root", "allow=root-uid+userns-root"})
  void whoeverAsksForAStepDownDoesNotGetRootInstead(String moved) throws Exception {
    kernel.uidMap(0, 100000, 1000);
    String options = "user=app" + (moved.isEmpty() ? "" : "," + moved);
    assertLine(
        77,
        "refused: this JVM runs as root (uid 0) of a user namespace that is unprivileged outside,"
            + " and cannot step down: its user namespace does not map uid 1500 [userns-root]",
        drop(options));
    kernel.uidMap(0, 0, 1000);
    assertLine(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down:"
            + " its user namespace does not map uid 1500 [root-uid]",
        drop(options));
    assertUntouched();
  }

  @Test
  void noNativeAccessStandsAgainstItToo() throws Exception {
    kernel.noNativeAccess("jffi cannot be loaded: /tmp is noexec");
    assertLine(
        77,
        "refused: this JVM runs as root (uid 0), and cannot step down:"
            + " jffi cannot be loaded: /tmp is noexec [root-uid]",
        drop("user=app"));
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setgroups(2, [27,1600])",
        "setresgid(1600, 1600, 1600)",
        "setresuid(1500, 1500, 1500)",
        "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)",
        "capset(0, 0, 0)",
        "prctl(PR_SET_NO_NEW_PRIVS, 1)",
        "prctl(PR_SET_DUMPABLE, 1)",
      })
  void aStepThatFailsEndsTheJvm(String call) throws Exception {
    for (String moved : new String[] {"report=text", "allow=root-uid", "report=none"}) {
      FakeKernel root = new FakeKernel(Identity.root(), 2);
      root.file("/etc/passwd", "app:x:1500:1600::/home/app:\n");
      root.file("/etc/group", "sudo:x:27:app\n");
      root.faults().fail(call, Errno.EPERM);
      Source options = Source.agentOptions("action=drop,user=app," + moved);
      assertEquals(
          new Outcome(
              71,
              List.of("nonroot: error: step-down failed: " + call + ": Operation not permitted"),
              null),
          new GuardRun(root, FakeJvm.APP).check(options));
    }
  }

  @Test
  void aLyingStepEndsTheJvm() throws Exception {
    kernel.faults().lie("setresuid(", FakeKernel.PID + 2);
    assertEquals(
        new Outcome(
            71,
            List.of(
                "nonroot: error: step-down failed:"
                    + " thread 102 was left with uids 0 0 0 0, not 1500"),
            null),
        drop("user=app"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user=app,min-uid=2000"
            + "|this JVM runs as uid 1500, which is below min-uid 2000 [uid-range]",
        "user=app:0,deny=root-gid|this JVM runs with root's group (gid 0) [root-gid]",
        "user=app,deny=root-groups"
            + "|this JVM is in a group that amounts to root (gid 27 in /etc/group) [root-groups]",
        "user=app,deny=no-new-privs,no-new-privs=false"
            + "|no_new_privs is off for this JVM [no-new-privs]",
      })
  void theNewIdentityIsCheckedAgain(String options, String finding) throws Exception {
    Outcome outcome = drop(options);
    assertLine(77, "refused: " + finding, outcome);
    assertEquals(2, outcome.stderr().size());
  }

  @Test
  void whatIsWarnedOfAfterwardsIsSaid() throws Exception {
    Outcome outcome = drop("user=app,warn=root-groups");
    assertEquals(APP, outcome.account());
    assertLine(
        0,
        "warning: this JVM is in a group that amounts to root (gid 27 in /etc/group)"
            + " [root-groups]",
        outcome);
  }

  @Test
  void whoIsNotRootIsJustChecked() throws Exception {
    for (int tid : kernel.tids()) {
      kernel.become(tid, Identity.user(2000));
    }
    assertNull(drop("user=app"));
    assertNull(drop("user=bogus"));
    assertLine(
        77,
        "refused: this JVM runs as uid 2000, which is below min-uid 3000 [uid-range]",
        drop("user=app,min-uid=3000"));
    assertEquals(List.of(), kernel.faults().calls());
  }

  @Test
  void whoCanBecomeRootAgainIsRoot() throws Exception {
    Identity sleeping = Identity.root().uid(2000, 2000, 0, 2000);
    for (int tid : kernel.tids()) {
      kernel.become(tid, sleeping);
    }
    assertEquals(APP, drop("user=app").account());
    assertEquals(new Ids(1500, 1500, 1500, 1500), kernel.credentials(FakeKernel.PID).uid());
  }

  @Test
  void theFilterThatCarriesNoNewPrivsDoesNotSatisfyThePolicy() throws Exception {
    Outcome refused = drop("user=app,profile=restricted,allow=root-groups");
    assertLine(77, "refused: no seccomp filter is on this JVM [seccomp]", refused);
    FakeKernel filtered = new FakeKernel(Identity.root().seccomp(2), 2);
    Outcome outcome =
        new GuardRun(filtered, FakeJvm.APP)
            .check(Source.agentOptions("action=drop,user=1500,profile=restricted"));
    assertEquals(List.of(), outcome.stderr());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void anUnknownIdentityIsRefusedEvenIfThePolicyAllowsIt() throws Exception {
    kernel.file("/proc/self/status", "damaged\n");
    Outcome outcome = drop("user=app,allow=unknown-identity");
    assertEquals(77, outcome.exitCode());
    assertTrue(outcome.stderr().get(0).endsWith(" [unknown-identity]"), outcome.stderr().get(0));
    assertUntouched();
  }
}
