package dev.nonroot.launch;

import static dev.nonroot.launch.LaunchFixture.NO_WARNING;
import static dev.nonroot.launch.LaunchFixture.assertEnds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import dev.nonroot.text.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the launcher's command runs as. */
class LaunchTest {
  private static final String NO_CAPABILITIES = "it lacks CAP_SETUID or CAP_SETGID";

  private final LaunchFixture root = new LaunchFixture(Identity.root().groups(0, 29, 44));
  private final LaunchFixture user = new LaunchFixture(Identity.user(2000));
  private final LaunchFixture weakRoot =
      new LaunchFixture(Identity.root().permittedAndEffective(0));

  private static Credentials credentials(LaunchFixture fixture) {
    return fixture.kernel.credentials(FakeKernel.PID);
  }

  private void assertStepsDown(String spec, int uid, int gid, Groups groups) throws Exception {
    LaunchRun launch = root.as(spec);
    assertNull(launch.plan());
    assertTrue(credentials(root).isRoot(), "planning changes nothing");
    launch.stepDown(NO_WARNING);
    assertEquals(new Ids(uid, uid, uid, uid), credentials(root).uid());
    assertEquals(new Ids(gid, gid, gid, gid), credentials(root).gid());
    assertEquals(groups, credentials(root).groups());
    assertEquals(0, credentials(root).capabilities().held());
  }

  @Test
  void rootStepsDown() throws Exception {
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    assertTrue(credentials(root).noNewPrivs());
    assertEquals(0, credentials(root).capabilities().bounding());
    assertArrayEquals(
        new String[] {"USER=app", "HOME=/home/app", "PATH=/bin:/usr/bin", "LOGNAME=app"},
        root.environment.toArray());
  }

  @Test
  void whoHasNoEntryHasNoName() throws Exception {
    assertStepsDown("9000", 9000, 9000, Groups.of(9000));
    assertArrayEquals(new String[] {"HOME=/", "PATH=/bin:/usr/bin"}, root.environment.toArray());
    LaunchFixture image = new LaunchFixture(Identity.root());
    image.environment.set("HOME", "/srv/app");
    LaunchRun run = image.as("9000");
    run.plan();
    run.stepDown(NO_WARNING);
    assertEquals("/srv/app", image.environment.get("HOME"));
  }

  @Test
  void groupsTakeThePlaceOfTheResolvedOnes() throws Exception {
    root.groups("web,7");
    assertStepsDown("app", 1500, 1600, Groups.of(7, 33));
  }

  @Test
  void groupsMayBeNone() throws Exception {
    root.groups("");
    assertStepsDown("app:33", 1500, 33, Groups.NONE);
  }

  @Test
  void theCallersGroupsAreKeptButForRoots() throws Exception {
    root.keepGroups();
    assertStepsDown("app:33", 1500, 33, Groups.of(29, 33, 44));
  }

  @Test
  void theCallersGroupsAreKeptBesideTheGivenOnes() throws Exception {
    root.keepGroups().groups("7");
    assertStepsDown("app", 1500, 1600, Groups.of(7, 29, 44));
  }

  @Test
  void noNewPrivsMayBeLeftOff() throws Exception {
    root.allowNewPrivs();
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    assertFalse(credentials(root).noNewPrivs());
  }

  @Test
  void maskAndDirectoryAreSetAsTheNewUser() throws Exception {
    root.kernel.file("/app", FakeFile.directory());
    root.umaskAndChdir(027, "/app");
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    List<String> calls = root.kernel.faults().calls();
    assertEquals(
        List.of("umask(23)", "chdir(/app)"), calls.subList(calls.size() - 2, calls.size()));
  }

  /** While it still counts for root's quota. */
  @Test
  void rootsSessionKeyringIsLeftBeforeTheStepDown() throws Exception {
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    List<String> calls = root.kernel.faults().calls();
    assertTrue(calls.indexOf("keyctl(1, 0)") < calls.indexOf("setgroups(2, [29,1600])"));
    assertTrue(calls.contains("keyctl(1, 0)"));
  }

  private static List<String> warningsOf(LaunchRun launch) throws Exception {
    List<String> warnings = new ArrayList<>();
    launch.plan();
    launch.stepDown(warnings::add);
    return warnings;
  }

  @Test
  void aSessionKeyringThatCannotBeLeftIsWarnedAbout() throws Exception {
    root.kernel.faults().fail("keyctl", Errno.EDQUOT);
    assertEquals(
        List.of(
            "the command can use the keys in the launcher's session keyring, as no new one can be"
                + " joined: keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL): Disk quota exceeded; keep no"
                + " keys there, or raise kernel.keys.root_maxkeys (in a user namespace,"
                + " kernel.keys.maxkeys)"),
        warningsOf(root.as("app")));
    assertEquals(1500, credentials(root).uid().effective());
  }

  @Test
  void rootThatStaysRootKeepsItsKeyringAndItsTerminal() throws Exception {
    for (LaunchFixture fixture : List.of(root.allowRoot(), weakRoot.warnOnly(), user)) {
      fixture.kernel.tree().terminal(FakeNode.of(0020000), 1);
      assertEquals(List.of(), warningsOf(fixture.as(fixture == root ? "root" : "app")));
      List<String> calls = fixture.kernel.faults().calls();
      assertTrue(calls.stream().noneMatch(call -> call.startsWith("keyctl")), calls.toString());
      assertEquals(0, credentials(fixture).seccomp());
    }
  }

  @Test
  void nobodyTypesIntoATerminalThatIsShared() throws Exception {
    root.kernel.tree().terminal(FakeNode.of(0020000), 1);
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    assertEquals(2, credentials(root).seccomp());
  }

  @Test
  void aTerminalOfItsOwnIsTheCommandsAltogether() throws Exception {
    root.kernel.tree().terminal(FakeNode.of(0020000), FakeKernel.PID);
    assertStepsDown("app", 1500, 1600, Groups.of(29, 1600));
    assertEquals(0, credentials(root).seccomp());
  }

  /** A filter needs no_new_privs. */
  @Test
  void withNewPrivsTheTerminalIsAsItWas() throws Exception {
    root.kernel.tree().terminal(FakeNode.of(0020000), 1);
    assertEquals(List.of(), warningsOf(root.allowNewPrivs().as("app")));
    assertEquals(0, credentials(root).seccomp());
  }

  @Test
  void aTerminalThatStaysOpenToTypingIsWarnedAbout() throws Exception {
    root.kernel.tree().terminal(FakeNode.of(0020000), 1);
    root.kernel.faults().fail("seccomp", Errno.ENOSYS);
    assertEquals(
        List.of(
            "the command shares root's terminal and can type into it (TIOCSTI), as no filter can be"
                + " set: seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Function not"
                + " implemented; start the launcher with setsid -w, or in a terminal of its own with"
                + " script -qc"),
        warningsOf(root.as("app")));
    assertEquals(1500, credentials(root).uid().effective());
  }

  @Test
  void aDirectoryThatIsNotThereIsAnError() throws Exception {
    LaunchRun launch = user.umaskAndChdir(LaunchOptions.UMASK_OF_CALLER, "/app").as("app");
    launch.plan();
    assertEnds(125, "chdir(/app): No such file or directory", () -> launch.stepDown(NO_WARNING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "1500", "3000:3000"})
  void whoIsNotRootStaysAsItIs(String spec) throws Exception {
    LaunchRun launch = user.as(spec);
    assertNull(launch.plan());
    launch.stepDown(NO_WARNING);
    assertEquals(Identity.user(2000).noNewPrivs().credentials(), credentials(user));
    assertEquals("/root", user.environment.get("HOME"));
    assertEquals(
        List.of("prctl(PR_SET_NO_NEW_PRIVS, 1)", "prctl(PR_GET_NO_NEW_PRIVS)"),
        user.kernel.faults().calls());
  }

  /** As podman makes them in an image that has none. */
  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "/etc/group"})
  void whoIsNotRootStaysAsItIsWhereNobodyCanTell(String file) throws Exception {
    user.kernel.file(file, FakeFile.unreadable("Permission denied"));
    assertNull(user.as("app").plan());
    assertEnds(78, "cannot read " + file + ": Permission denied", user.strict().as("app")::plan);
    root.kernel.file(file, FakeFile.unreadable("Permission denied"));
    assertEnds(78, "cannot read " + file + ": Permission denied", root.as("app")::plan);
  }

  @Test
  void whoIsNotRootMayKeepNewPrivs() throws Exception {
    LaunchRun launch = user.allowNewPrivs().as("app");
    assertNull(launch.plan());
    launch.stepDown(NO_WARNING);
    assertEquals(Identity.user(2000).credentials(), credentials(user));
  }

  @Test
  void strictWantsTheVeryUser() throws Exception {
    assertEnds(
        125,
        "started as uid 2000 gid 2000 groups 2000 and not as uid 1500 gid 1600 groups 29,1600,"
            + " and only root could change that; start as that user, or leave --strict out",
        user.strict().as("app")::plan);
    assertNull(user.as("2000").plan());
    assertEnds(
        125,
        "started as uid 2000 gid 2000 groups 2000 and not as uid 2000 gid 7 groups 7,"
            + " and only root could change that; start as that user, or leave --strict out",
        user.as("2000:7")::plan);
    user.kernel.become(FakeKernel.PID, Identity.user(2000).groups());
    assertNull(user.as("2000").plan(), "the primary gid need not be among the groups");
    user.kernel.become(FakeKernel.PID, Identity.user(2000).groups(2000, 7));
    assertThrows(LaunchException.class, user.as("2000")::plan);
  }

  @Test
  void rootWithoutCapabilitiesIsAnErrorWithTheWayOut() throws Exception {
    assertEnds(
        125,
        "cannot step down to uid 1500: "
            + NO_CAPABILITIES
            + "; start as that user"
            + " (docker run --user, securityContext.runAsUser), or give the container what is"
            + " missing (--cap-add SETUID --cap-add SETGID), or accept root with --warn-only",
        weakRoot.as("app")::plan);
    assertEquals(List.of(), weakRoot.kernel.faults().calls());
  }

  @Test
  void rootWithoutCapabilitiesMayBeAccepted() throws Exception {
    LaunchRun launch = weakRoot.warnOnly().as("app");
    assertEquals(
        "the command runs as root (uid 0), as stepping down is impossible: " + NO_CAPABILITIES,
        launch.plan());
    launch.stepDown(NO_WARNING);
    assertTrue(credentials(weakRoot).isRoot());
    assertTrue(credentials(weakRoot).noNewPrivs());
    assertEquals("/root", weakRoot.environment.get("HOME"));
  }

  @Test
  void onceAStepDownHasBegunNothingIsAccepted() throws Exception {
    root.kernel.faults().fail("setresuid(1500", Errno.EAGAIN);
    LaunchRun launch = root.warnOnly().as("app");
    assertNull(launch.plan());
    assertEnds(
        125,
        "step-down failed: setresuid(1500, 1500, 1500): Resource temporarily unavailable",
        () -> launch.stepDown(NO_WARNING));
  }

  @ParameterizedTest
  @CsvSource({"root, root", "0, 0", "0:1600, 0", "+0, +0"})
  void rootIsNoTarget(String spec, String named) throws Exception {
    assertEnds(
        77,
        "the user '"
            + named
            + "' is root (uid 0); name another one with -u or NONROOT_USER,"
            + " or set NONROOT_ALLOW_ROOT=1",
        root.warnOnly().as(spec)::plan);
  }

  @Test
  void rootIsATargetIfAllowed() throws Exception {
    LaunchRun launch = root.allowRoot().as("root:web");
    assertNull(launch.plan());
    launch.stepDown(NO_WARNING);
    assertEquals(Groups.of(33), credentials(root).groups());
    assertEquals(33, credentials(root).gid().effective());
    assertTrue(credentials(root).isRoot());
    assertEquals(Identity.ALL_CAPABILITIES, credentials(root).capabilities().effective());
  }

  @Test
  void rootAsATargetNeedsTheRightToSetGroups() throws Exception {
    assertEnds(
        125,
        Messages.launcherCannotStepDown(0, NO_CAPABILITIES),
        weakRoot.allowRoot().as("root:web")::plan);
  }

  @Test
  void rootsGroupIsATarget() throws Exception {
    assertStepsDown("app:0", 1500, 0, Groups.of(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus|there is no user 'bogus' in /etc/passwd; accepted: a name from there, or a number",
        "app:bo|there is no group 'bo' in /etc/group; accepted: a name from there, or a number",
      })
  void anUnknownAccountIsAConfigurationError(String spec, String message) throws Exception {
    assertEnds(78, message, root.as(spec)::plan);
    assertEnds(78, message, user.as(spec)::plan);
  }

  @Test
  void noUserIsAConfigurationError() throws Exception {
    assertEnds(78, Messages.NO_USER, root.as(null)::plan);
  }

  @Test
  void setIdIsRefused() throws Exception {
    for (Identity identity :
        new Identity[] {
          Identity.user(5).uid(5, 0, 0, 0),
          Identity.user(5).gid(5, 0, 0, 0),
          Identity.root().gid(5, 0, 0, 0)
        }) {
      assertEnds(125, Messages.SET_ID, new LaunchFixture(identity).as("app")::plan);
    }
  }

  @Test
  void anUnknownCallerIsAnError() throws Exception {
    root.kernel.file("/proc/self/status", FakeFile.unreadable("Permission denied"));
    assertEnds(
        125,
        "who the launcher runs as cannot be found out: /proc/self/status: Permission denied",
        root.warnOnly().as("app")::plan);
  }

  /** The host's root in a user namespace without a map: not root by name, but with root's files. */
  @Test
  void anUnmappedUidMayBeRoots() throws Exception {
    LaunchFixture unmapped = new LaunchFixture(Identity.user(65534));
    assertNull(unmapped.as("app").plan());
    unmapped.kernel.uidMap(0, 100_000, 65_534);
    assertEnds(
        125,
        "who the launcher runs as cannot be found out: uid 65534 stands for any that its user"
            + " namespace does not map, root's for one",
        unmapped.warnOnly().as("app")::plan);
  }

  @Test
  void whoIsKnownByCallsOnlyMayBeRootUnderTheOverflowUid() throws Exception {
    LaunchFixture nobody = new LaunchFixture(Identity.user(65534));
    nobody.kernel.noProc();
    assertEnds(
        125,
        "who the launcher runs as cannot be found out: uid 65534 stands for any that its user"
            + " namespace does not map, root's for one, and there is no /proc/self/uid_map to tell",
        nobody.warnOnly().as("app")::plan);
    LaunchFixture other = new LaunchFixture(Identity.user(1500));
    other.kernel.noProc();
    assertNull(other.as("app").plan());
  }

  @Test
  void aStatusThatIsNotTheKernelsIsAnError() throws Exception {
    root.kernel.foreign("/proc/self/status");
    assertEnds(
        125,
        "who the launcher runs as cannot be found out: /proc/self/status: Is not on a proc file"
            + " system",
        root.warnOnly().as("app")::plan);
  }

  /** Root keeps all that it has: nothing else could be promised. */
  @Test
  void rootAsATargetHasNoChoiceOfCapabilities() throws Exception {
    for (LaunchFixture caller : List.of(root, user, weakRoot)) {
      assertEnds(
          78,
          "--cap is for a user that is not root, who would have no capability otherwise; name"
              + " another user, or leave --cap out",
          caller.allowRoot().capabilities(0x400).as("root")::plan);
    }
  }

  @Test
  void noNativeAccessIsAnError() throws Exception {
    LaunchRun launch = root.as("app");
    launch.plan();
    root.kernel.noNativeAccess("jffi cannot be loaded");
    assertEnds(125, "jffi cannot be loaded", () -> launch.stepDown(NO_WARNING));
  }

  @Test
  void theCommandIsExecutedWithTheNewEnvironment() throws Exception {
    LaunchRun launch = root.as("app");
    launch.plan();
    launch.stepDown(NO_WARNING);
    LaunchFixture.assertIs(127, "cannot run 'cmd': not found in PATH", launch.exec());
    root.kernel.file("/usr/bin/cmd", FakeFile.of("").owned(0, 0755));
    Executed executed = assertThrows(Executed.class, launch::exec);
    assertEquals("/usr/bin/cmd", executed.getMessage());
    assertEquals(List.of("cmd", "-a", "b c"), executed.argv());
    assertEquals(
        List.of("USER=app", "HOME=/home/app", "PATH=/bin:/usr/bin", "LOGNAME=app"),
        executed.envp());
  }

  @Test
  void whatWouldBeDoneIsSaid() throws Exception {
    LaunchRun launch = root.umaskAndChdir(022, "/app").as("app:0");
    launch.plan();
    assertEquals(
        List.of(
            "user: 1500 (app)",
            "group: 0 (root's group)",
            "supplementary groups: 0 (0 is root's group)",
            "home: /home/app",
            "no_new_privs: on",
            "umask: 022",
            "directory: /app",
            "command: cmd -a 'b c'"),
        launch.describe());
    LaunchRun more =
        root.capabilities(0x401).own("/data").own("x y").limit("nofile=5:unlimited").as("app");
    more.plan();
    assertEquals(
        List.of(
            "home: /home/app",
            "own: /data",
            "own: x y",
            "capabilities: CHOWN NET_BIND_SERVICE",
            "no_new_privs: on",
            "limit: nofile 5:unlimited"),
        more.describe().subList(3, 9));
    LaunchRun asItIs = user.allowNewPrivs().as("app");
    asItIs.plan();
    assertEquals(
        List.of(
            "user: as it is, which is not root", "no_new_privs: as it is", "command: cmd -a 'b c'"),
        asItIs.describe());
    LaunchRun accepted = weakRoot.warnOnly().as("9000");
    accepted.plan();
    assertEquals("user: as it is, which is root", accepted.describe().get(0));
    assertEquals(List.of(), root.kernel.faults().calls());
  }

  @Test
  void whatIsSaidOfTheCommandCanBePasted() {
    assertEquals("a-b=/c:,@%+", Message.word("a-b=/c:,@%+"));
    assertEquals("''", Message.word(""));
    assertEquals("'a b'", Message.word("a b"));
    assertEquals("'it'\\''s'", Message.word("it's"));
    assertEquals("'$HOME'", Message.word("$HOME"));
    assertEquals("'\\x1b[2J\\x0a'", Message.word("\u001b[2J\n"));
  }
}
