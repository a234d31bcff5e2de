package dev.nonroot.launch;

import static dev.nonroot.launch.LaunchFixture.assertEnds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.posix.Errno;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails, the command does not run, or it runs as the user: never as anything between. */
class LaunchFailureTest {
  private static LaunchFixture fixture(Identity identity) {
    LaunchFixture fixture = new LaunchFixture(identity).umaskAndChdir(022, "/app");
    fixture.kernel.file("/app", FakeFile.directory());
    fixture.kernel.file("/bin/cmd", FakeFile.of("").owned(0, 0755));
    return fixture;
  }

  /** What a front end does. */
  private static void launch(LaunchFixture fixture) throws Exception {
    LaunchRun launch = fixture.as("app");
    launch.plan();
    launch.stepDown(
        warning -> assertTrue(warning.startsWith("the command can use the keys"), warning));
    throw launch.exec();
  }

  private static List<String> callsOf(Identity identity) {
    return callsOf(fixture(identity));
  }

  private static List<String> callsOf(LaunchFixture fixture) {
    Executed executed = assertThrows(Executed.class, () -> launch(fixture));
    assertEquals("/bin/cmd", executed.getMessage());
    return fixture.kernel.faults().calls();
  }

  /** The names of the calls without which the command runs, if each call fails in turn. */
  private static Set<String> dispensable(Identity identity, int error) {
    return dispensable(() -> fixture(identity), error);
  }

  private static Set<String> dispensable(Supplier<LaunchFixture> fixtures, int error) {
    List<String> calls = callsOf(fixtures.get());
    Set<String> dispensable = new TreeSet<>();
    for (int n = 1; n <= calls.size(); n++) {
      LaunchFixture fixture = fixtures.get();
      fixture.kernel.faults().failCall(n, error);
      try {
        launch(fixture);
      } catch (Executed e) {
        dispensable.add(calls.get(n - 1));
      } catch (LaunchException e) {
        boolean execFailed = calls.get(n - 1).startsWith("execve");
        assertEquals(execFailed ? 126 : 125, e.exitCode(), calls.get(n - 1));
        assertTrue(e.getMessage().endsWith(": " + Errno.text(error)), e.getMessage());
      } catch (Exception e) {
        throw new AssertionError(calls.get(n - 1), e);
      }
    }
    return dispensable;
  }

  @Test
  void everyCallThatFailsEndsTheLauncher() {
    // These are the tries to get root back, and those to give the user the standard streams. The
    // keyring is warned about. A terminal that cannot be looked at is taken for shared. umask(2)
    // cannot fail.
    Set<String> expected =
        Set.of(
            "fstatat(0, '')",
            "fstatat(1, '')",
            "fstatat(2, '')",
            "keyctl(1, 0)",
            "open(/dev/tty)",
            "setresuid(-1, 0, -1)",
            "setuid(0)",
            "setgid(0)",
            "setgroups(2, [29,1600])",
            "umask(18)");
    Set<String> dispensable = dispensable(Identity.root(), Errno.ENOMEM);
    assertEquals(expected, dispensable);
  }

  private static LaunchFixture everything(Identity identity) {
    LaunchFixture fixture = fixture(identity).capabilities(1L << Capability.NET_BIND_SERVICE);
    try {
      fixture.mkdir("/new", 0750).mkdir("/data", 0750).own("/data").limit("nofile=5:5000");
    } catch (ConfigurationException e) {
      throw new AssertionError(e);
    }
    FakeNode below = FakeNode.directory().mode(0777).put("file", FakeNode.file());
    fixture.kernel.tree().root().put("data", FakeNode.directory().put("below", below));
    fixture.kernel.tree().descriptor(1, FakeNode.of(0010000));
    return fixture;
  }

  @Test
  void everyCallOfEveryOptionThatFailsEndsTheLauncher() {
    List<String> calls = callsOf(everything(Identity.root()));
    Set<String> dispensable = dispensable(() -> everything(Identity.root()), Errno.EIO);
    // More open files for the walk are best effort; so are the standard streams.
    assertEquals(
        Set.of(
            "getrlimit(7)",
            "setrlimit(7, 5000, 5000)",
            "fstatat(0, '')",
            "fstatat(1, '')",
            "fstatat(2, '')",
            "readlink(/proc/self/fd/1)",
            "fchmod(1, 0622)",
            "keyctl(1, 0)",
            "open(/dev/tty)",
            "execve()",
            "access(, 0)",
            "setresuid(-1, 0, -1)",
            "setuid(0)",
            "setgid(0)",
            "setgroups(2, [29,1600])",
            "umask(0)",
            "umask(18)"),
        dispensable);
    assertEquals(2, calls.stream().filter("getrlimit(7)"::equals).count());
    assertTrue(calls.contains("fchownat(5, '', 1500, 1600)"));
    assertTrue(calls.contains("setrlimit(7, 1024, 5000)"));
    assertTrue(calls.contains("setrlimit(7, 5, 5000)"));
    assertTrue(calls.contains("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 10)"));
  }

  /** Whose own those are is decided by who started it. */
  @Test
  void whoIsNotRootGivesNothing() {
    List<String> calls = callsOf(fixture(Identity.user(2000)).own("/data"));
    assertTrue(calls.stream().noneMatch(call -> call.contains("at(")), calls.toString());
    LaunchFixture weak = fixture(Identity.root().permittedAndEffective(0)).warnOnly();
    calls = callsOf(weak.own("/data"));
    assertTrue(calls.stream().noneMatch(call -> call.contains("at(")), calls.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {0xc1, 0x1}) // with what a step-down needs, and without
  void aCapabilityThatIsNotHeldIsNotAcceptedByWarnOnly(long set) {
    LaunchFixture fixture =
        fixture(Identity.root().permittedAndEffective(set)).capabilities(0x401).warnOnly();
    assertEnds(
        125,
        "cannot keep NET_BIND_SERVICE: not in the permitted and the bounding set of the launcher;"
            + " give it to the container (docker run --cap-add,"
            + " securityContext.capabilities.add), or leave it out of --cap",
        () -> launch(fixture));
    assertEquals(List.of(), fixture.kernel.faults().calls(), "nothing was tried");
  }

  @Test
  void aDeepTreeTakesTheHardLimitOfOpenFiles() throws Exception {
    FakeNode deepest = FakeNode.directory();
    FakeNode top = deepest;
    for (int i = 1; i < 2000; i++) {
      top = FakeNode.directory().put("d", top);
    }
    LaunchFixture fixture = fixture(Identity.root()).own("/data");
    fixture.kernel.tree().root().put("data", top);
    assertThrows(Executed.class, () -> launch(fixture));
    assertEquals("1500:1600 1", deepest.ownership());
    long[] limits = new long[2];
    assertEquals(0, fixture.kernel.libC().getrlimit(7, limits));
    assertEquals(1024, limits[0]);
  }

  @Test
  void everyCallThatFailsEndsTheLauncherOfAnOrdinaryUserToo() {
    assertEquals(
        List.of(
            "prctl(PR_SET_NO_NEW_PRIVS, 1)",
            "prctl(PR_GET_NO_NEW_PRIVS)",
            "umask(18)",
            "chdir(/app)",
            "execve(/bin/cmd)"),
        callsOf(Identity.user(2000)));
    assertEquals(Set.of("umask(18)"), dispensable(Identity.user(2000), Errno.ENOMEM));
  }

  @Test
  void aLieAboutNoNewPrivsEndsTheLauncherOfAnOrdinaryUser() {
    LaunchFixture fixture = fixture(Identity.user(2000));
    fixture.kernel.faults().lie("prctl(PR_SET_NO_NEW_PRIVS", FakeKernel.PID);
    assertEnds(
        125, "prctl(PR_GET_NO_NEW_PRIVS): it is off, although it was set", () -> launch(fixture));
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOENT, Errno.EACCES, Errno.ENOTDIR})
  void aDirectoryThatCannotBeEnteredEndsTheLauncher(int error) {
    LaunchFixture fixture = fixture(Identity.root());
    fixture.kernel.faults().fail("chdir(", error);
    assertEnds(125, "chdir(/app): " + Errno.text(error), () -> launch(fixture));
  }

  private static void assertCannot(String obstacle, LaunchFixture fixture) {
    assertEnds(
        125,
        "cannot step down to uid 1500: "
            + obstacle
            + "; start as that user (docker run --user, securityContext.runAsUser), or give the"
            + " container what is missing (--cap-add SETUID --cap-add SETGID), or accept root with"
            + " --warn-only",
        () -> launch(fixture));
    assertEquals(List.of(), fixture.kernel.faults().calls(), "nothing was tried");
    assertThrows(Executed.class, () -> launch(fixture.warnOnly()));
    assertTrue(fixture.kernel.faults().calls().stream().noneMatch(call -> call.contains("setres")));
  }

  @Test
  void aUserNamespaceHasToMapTheUser() {
    LaunchFixture fixture = fixture(Identity.root());
    fixture.kernel.uidMap(0, 100000, 1500);
    assertCannot("its user namespace does not map uid 1500", fixture);
  }

  @Test
  void aUserNamespaceHasToMapTheGroup() {
    LaunchFixture fixture = fixture(Identity.root());
    fixture.kernel.gidMap(0, 100000, 1600);
    assertCannot("its user namespace does not map gid 1600", fixture);
  }

  @Test
  void aUserNamespaceHasToMapEverySupplementaryGroup() {
    LaunchFixture fixture = fixture(Identity.root()).groups("1600,5000");
    fixture.kernel.gidMap(0, 100000, 5000);
    assertCannot("its user namespace does not map gid 5000", fixture);
  }

  @Test
  void aUserNamespaceHasToAllowSetgroups() {
    LaunchFixture fixture = fixture(Identity.root());
    fixture.kernel.denySetgroups();
    assertCannot("its user namespace denies setgroups", fixture);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << Capability.SETUID, 1L << Capability.SETGID})
  void bothCapabilitiesAreNeeded(long only) {
    LaunchFixture fixture = fixture(Identity.root().permittedAndEffective(only));
    assertCannot("it lacks CAP_SETUID or CAP_SETGID", fixture);
  }

  @Test
  void whoHasBothNeedsNoOther() {
    long both = 1L << Capability.SETUID | 1L << Capability.SETGID;
    LaunchFixture fixture = fixture(Identity.root().permittedAndEffective(both));
    assertThrows(Executed.class, () -> launch(fixture));
  }

  /** One of the four uids is enough to be root, and the others do not make it set-user-ID. */
  @Test
  void whoCanBecomeRootAgainIsNoOrdinaryUser() {
    assertCannot(
        "it lacks CAP_SETUID or CAP_SETGID", fixture(Identity.user(2000).uid(2000, 2000, 0, 2000)));
  }
}
