package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Root's session keyring, which a process has whoever it has become. */
class KeyringIT {
  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");
  private static final int ADD_KEY = X86 ? 248 : 217;
  private static final int KEYCTL = X86 ? 250 : 219;

  /** Joins a session keyring of its own, puts a key into it, and becomes another program. */
  private static final String CALLER =
      """
      ($type, $name, $key) = ("user", "nonroot-test", "secret");
      syscall(%d, 1, 0, 0, 0, 0) > 0 or die "keyctl: $!";
      syscall(%d, $type, $name, $key, length $key, -3) > 0 or die "add_key: $!";
      exec @ARGV;
      """
          .formatted(KEYCTL, ADD_KEY);

  /** Looks for that key, and reads it. */
  private static final String READ =
      """
      ($type, $name, $key) = ("user", "nonroot-test", "......");
      $id = syscall(%d, 10, -3, $type, $name, 0);
      $id > 0 or print("$!\\n") and exit;
      syscall(%d, 11, $id, $key, length $key, 0) > 0 or print("$!\\n") and exit;
      print "$key\\n";
      """
          .formatted(KEYCTL, KEYCTL);

  @BeforeAll
  static void needs() throws Exception {
    Root.required();
    Root.required(Files.isExecutable(Path.of("/usr/bin/perl")), "perl");
    Run.Result own = Run.of(caller("perl", "-e", READ)).go();
    Root.required(own.stdout().equals("secret\n"), "keyctl(2): " + own);
  }

  private static List<String> caller(String... command) {
    List<String> all = new ArrayList<>(List.of("perl", "-e", CALLER));
    all.addAll(List.of(command));
    return all;
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theUserHasNoKeyOfRootsSession(Launcher launcher) throws Exception {
    Run run = launcher.under(caller(), "-u", "10001", "perl", "-e", READ);
    assertEquals("Required key not available\n", assertRuns(run.go()));
  }

  @Test
  void norInPlaceOfGosu() throws IOException, InterruptedException {
    Run run = Run.of(caller(Scenario.gosu().toString(), "10001", "perl", "-e", READ));
    assertEquals("Required key not available\n", assertRuns(run.go()));
  }

  /** There is nothing to take from somebody else. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootKeepsHisSession(Launcher launcher) throws Exception {
    List<String> user = List.of("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups");
    List<String> caller = new ArrayList<>(user);
    caller.addAll(caller());
    Run run = launcher.under(caller, "-u", "10002", "perl", "-e", READ);
    assertEquals("secret\n", assertRuns(run.go()));
  }

  private static Run.Result failing(Launcher launcher, String error) throws Exception {
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "strace");
    List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
    strace.addAll(List.of("-e", "inject=keyctl:error=" + error));
    return launcher.under(strace, "-u", "10001", "id", "-u").go();
  }

  /** As under the seccomp profiles of container engines; the command cannot call it either. */
  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS"})
  void withoutKeyctlNothingIsSaid(String error) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      assertEquals("10001\n", assertRuns(failing(launcher, error)));
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aFullQuotaIsAWarning(Launcher launcher) throws Exception {
    Run.Result result = failing(launcher, "EDQUOT");
    assertEquals(1, result.errors().size(), result.toString());
    String warning = result.errors().get(0);
    assertTrue(
        warning.startsWith(
            "nonroot: warning: the command can use the keys in the launcher's session keyring, as no"
                + " new one can be joined: keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL): Disk quota"
                + " exceeded; "),
        warning);
    assertEquals("10001\n", result.stdout());
  }
}
