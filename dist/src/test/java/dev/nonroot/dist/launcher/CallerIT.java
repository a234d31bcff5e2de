package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.FakeProc;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that are not root, or a root that can do less than root can. */
class CallerIT {
  private static final List<String> USER =
      List.of("setpriv", "--reuid=10001", "--regid=10002", "--groups=7,10002");
  private static final List<String> NO_SETUID =
      List.of("setpriv", "--bounding-set=-setuid,-setgid");
  private static final String WAY_OUT =
      "; start as that user (docker run --user, securityContext.runAsUser), or give the container"
          + " what is missing (--cap-add SETUID --cap-add SETGID), or accept root with --warn-only";
  private static final String ACCEPTED =
      "nonroot: warning: the command runs as root (uid 0), as stepping down is impossible: ";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void whoIsNotRootStaysAsItIs(Launcher launcher) throws Exception {
    Run.Result result = launcher.under(USER, "-u", "nobody", "cat", "/proc/self/status").go();
    Status status = new Status(assertRuns(result));
    status.assertIds(10001, 10002, "7 10002");
    status.assertIs("NoNewPrivs", "1");
    status.assertIs("Pid", String.valueOf(result.pid()));
    assertEquals("", result.stderr());
  }

  /** As Kubernetes runs it with runAsUser and everything dropped. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void whoIsNotRootNeedsNoCapability(Launcher launcher) throws Exception {
    List<String> caller = new ArrayList<>(USER);
    caller.addAll(List.of("--bounding-set=-all", "--no-new-privs"));
    Run run = launcher.under(caller, "-u", "nobody", "--umask", "077", "sh", "-c", "umask; env");
    String output = assertRuns(run.with("HOME", "/x").with("USER", "y").go());
    assertEquals(
        List.of("0077", "HOME=/x", "USER=y"),
        output
            .lines()
            .filter(line -> line.matches("\\d+|(HOME|USER|LOGNAME)=.*"))
            .sorted()
            .toList());
  }

  private static final String UNKNOWN = "who the launcher runs as cannot be found out: ";

  private static List<String> inNamespace(String script) {
    List<String> caller = Launcher.shellWithMounts(script);
    return caller;
  }

  /** It says that the caller, who is root, is a user already. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aStatusThatIsNotTheKernelsIsNoAnswer(Launcher launcher) throws Exception {
    assertFails(
        125,
        UNKNOWN + "/proc/self/status: Is not on a proc file system",
        launcher.under(inNamespace(FakeProc.status()), "-u", "1", "id").go());
  }

  @Test
  void aProcThatIsNoneIsNoAnswer() throws Exception {
    assertFails(
        125,
        UNKNOWN + "/proc/self/status: Is not on a proc file system",
        Launcher.binary().under(inNamespace(FakeProc.whole()), "-u", "1", "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aStatusOfSomebodyElseIsNoAnswer(Launcher launcher) throws Exception {
    assertFails(
        125,
        UNKNOWN
            + "/proc/self/status: getresuid(): it answers the calling thread 0 0 0, and the file"
            + " shows 10001 10001 10001 10001",
        launcher.under(inNamespace(FakeProc.ofAnother()), "-u", "1", "id").go());
  }

  /** The host's root, whom a user namespace without a map shows as 65534. */
  @Test
  void withoutProcNobodyKnowsWhoTheOverflowUidIs() throws Exception {
    List<String> caller = inNamespace("mount -t tmpfs none /proc");
    caller.addAll(List.of("unshare", "-U"));
    assertFails(
        125,
        UNKNOWN
            + "uid 65534 stands for any that its user namespace does not map, root's for one, and"
            + " there is no /proc/self/uid_map to tell",
        Launcher.binary().under(caller, "-u", "10001", "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootMayKeepNewPrivs(Launcher launcher) throws Exception {
    Run run = launcher.under(USER, "--allow-new-privs", "-u", "1", "cat", "/proc/self/status");
    new Status(assertRuns(run.go())).assertIs("NoNewPrivs", "0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10001:10002 --groups 7", "10001:10002 --groups 7,10002"})
  void strictAcceptsTheVeryUser(String spec) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      String[] args = ("--strict -u " + spec + " id -u").split(" ");
      assertEquals("10001\n", assertRuns(launcher.under(USER, args).go()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10009:10002 --groups 7|uid 10009 gid 10002 groups 7",
        "10001:10009 --groups 7|uid 10001 gid 10009 groups 7",
        "10001:10002|uid 10001 gid 10002 groups 10002",
        "10001:10002 --groups 7,8|uid 10001 gid 10002 groups 7,8",
      })
  void strictAcceptsNobodyElse(String spec, String target) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      assertFails(
          125,
          "started as uid 10001 gid 10002 groups 7,10002 and not as "
              + target
              + ", and only root could change that; start as that user, or leave --strict out",
          launcher.under(USER, ("--strict -u " + spec + " id").split(" ")).go());
    }
  }

  @ParameterizedTest
  @CsvSource({"-setuid", "-setgid", "-all"})
  void rootWithoutCapabilitiesIsRefused(String dropped) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      List<String> caller = List.of("setpriv", "--bounding-set=" + dropped);
      assertFails(
          125,
          "cannot step down to uid 10001: it lacks CAP_SETUID or CAP_SETGID" + WAY_OUT,
          launcher.under(caller, "-u", "10001", "id").go());
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void rootWithoutCapabilitiesCanBeAccepted(Launcher launcher) throws Exception {
    Run option = launcher.under(NO_SETUID, "--warn-only", "-u", "10001", "cat", Status.PRINT[1]);
    assertAccepted(option.go());
    Run variable = launcher.under(NO_SETUID, "-u", "10001", "cat", Status.PRINT[1]);
    assertAccepted(variable.with("NONROOT_ACTION", "warn").go());
  }

  private static void assertAccepted(Run.Result result) {
    assertEquals(
        List.of(ACCEPTED + "it lacks CAP_SETUID or CAP_SETGID"),
        result.errors(),
        result.toString());
    assertEquals(0, result.exitCode());
    Status status = new Status(result.stdout());
    status.assertIs("Uid", "0 0 0 0");
    status.assertIs("NoNewPrivs", "1");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDryRunSaysThatItWouldBeRoot(Launcher launcher) throws Exception {
    Run.Result result =
        launcher.under(NO_SETUID, "--warn-only", "--dry-run", "-u", "10001", "id").go();
    assertEquals(0, result.exitCode());
    assertEquals(List.of(ACCEPTED + "it lacks CAP_SETUID or CAP_SETGID"), result.errors());
    assertEquals("user: as it is, which is root\nno_new_privs: on\ncommand: id\n", result.stdout());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void warnOnlyIsForWhatIsImpossibleOnly(Launcher launcher) throws Exception {
    assertEquals(
        "10001\n", assertRuns(launcher.run("--warn-only", "-u", "10001", "id", "-u").go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aUserNamespaceOfOneUserIsRefused(Launcher launcher) throws Exception {
    List<String> caller = List.of("unshare", "--map-root-user");
    requiresUserNamespaces();
    assertFails(
        125,
        "cannot step down to uid 10001: its user namespace denies setgroups" + WAY_OUT,
        launcher.under(caller, "-u", "10001", "id").go());
    Run.Result result = launcher.under(caller, "--warn-only", "-u", "10001", "id", "-u").go();
    assertEquals(List.of(ACCEPTED + "its user namespace denies setgroups"), result.errors());
    assertEquals("0\n", result.stdout());
  }

  private static void requiresUserNamespaces() throws Exception {
    int exitCode = Run.of("unshare", "--map-root-user", "true").go().exitCode();
    Root.required(exitCode == 0, "user namespaces");
  }

  /** As in a rootless container, whose users are a range. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aUserNamespaceHasToMapTheUser(Launcher launcher) throws Exception {
    requiresUserNamespaces();
    String inner = "while ! grep -q . /proc/self/uid_map; do sleep 0.01; done; exec \"$@\"";
    List<String> caller =
        List.of(
            "sh",
            "-ec",
            """
            unshare --user sh -c "$0" sh "$@" &
            while ! [ -e /proc/$!/ns/user ] ||
              [ "$(readlink /proc/$!/ns/user)" = "$(readlink /proc/$$/ns/user)" ]
            do sleep 0.01; done
            echo 0 0 1000 >/proc/$!/gid_map
            echo 0 0 1000 >/proc/$!/uid_map
            wait $!
            """,
            inner);
    assertFails(
        125,
        "cannot step down to uid 10001: its user namespace does not map uid 10001" + WAY_OUT,
        launcher.under(caller, "-u", "10001", "id").go());
    assertFails(
        125,
        "cannot step down to uid 999: its user namespace does not map gid 1000" + WAY_OUT,
        launcher.under(caller, "-u", "999:1000", "id").go());
    assertEquals("999\n", assertRuns(launcher.under(caller, "-u", "999:998", "id", "-u").go()));
  }

  @ParameterizedTest
  @CsvSource({"--ruid=10001", "--rgid=10001"})
  void setIdIsRefused(String difference) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      List<String> caller = List.of("setpriv", difference, "--keep-groups");
      assertFails(
          125,
          "started set-user-ID or set-group-ID, which would give root to any caller: take the bit off"
              + " with chmod ug-s",
          launcher.under(caller, "-u", "10001", "id").go());
    }
  }

  /** Read-only root file systems are usual; /tmp is part of one, and no stub can be unpacked. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void nothingHasToBeWritable(Launcher launcher) throws Exception {
    Etc.required();
    List<String> caller =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-ec",
            "mount --bind /tmp /tmp; mount -o remount,bind,ro /tmp; exec \"$@\"",
            "sh");
    assertEquals("10001\n", assertRuns(launcher.under(caller, "-u", "10001", "id", "-u").go()));
  }
}
