package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --copy}, in a mount namespace where root alone can write above the secret. */
class CopyIT {
  private static final String VOLUMES =
      "umask 022; mount -t tmpfs -o mode=755 none /mnt; cd /mnt; mkdir secret run;"
          + " printf password >secret/pw; chmod 600 secret/pw; ";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  private static Run copy(Launcher launcher, String script, String... args) {
    List<String> caller = Launcher.shellWithMounts(VOLUMES + script);
    List<String> all = new ArrayList<>(List.of("-u", "10001:10002"));
    all.addAll(List.of(args));
    return launcher.under(caller, all.toArray(new String[0]));
  }

  private static final String[] LOOK = {"sh", "-c", "stat -c '%u:%g %a %n' run/* && cat run/pw"};

  private static Run copyAndLook(Launcher launcher, String script, String value) {
    return copy(launcher, script, "--copy", value, LOOK[0], LOOK[1], LOOK[2]);
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theUserCanReadTheCopy(Launcher launcher) throws Exception {
    String expected = "10001:10002 400 run/pw\npassword";
    for (String script : List.of("", "umask 0777", "umask 0", "echo old >run/pw")) {
      assertEquals(
          expected, assertRuns(copyAndLook(launcher, script, "/mnt/secret/pw:/mnt/run/pw").go()));
    }
    String again = "chown 10001 run; setpriv --reuid=10001 --clear-groups sh -c 'echo old >run/pw'";
    assertEquals(expected, assertRuns(copyAndLook(launcher, again, "secret/pw:run/pw").go()));
  }

  /** A volume of a Secret as the kubelet makes it, with a tmpfs that --mkdir adds to. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aSecretOfKubernetes(Launcher launcher) throws Exception {
    String secret =
        "mount -t tmpfs -o mode=1777 none secret; mkdir -m 755 secret/..1; printf password"
            + " >secret/..1/pw; chmod 400 secret/..1/pw; ln -s ..1 secret/..data; ln -s ..data/pw"
            + " secret/pw; mount -o remount,ro secret; rmdir run";
    assertEquals(
        "10001:10002 400 run/pw\npassword",
        assertRuns(
            copy(
                    launcher,
                    secret,
                    "--copy",
                    "/mnt/secret/pw:/mnt/run/pw",
                    "--mkdir",
                    "/mnt/run",
                    LOOK[0],
                    LOOK[1],
                    LOOK[2])
                .go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatMustNotBeCopied(Launcher launcher) throws Exception {
    assertCopyFails(
        launcher,
        "chmod 1777 secret",
        "/mnt/secret/pw: others than root can put another file in its place, so that a user could"
            + " get any file of root's; keep it in a directory that only root can write to");
    assertCopyFails(
        launcher, "rm secret/pw; mkfifo secret/pw", "/mnt/secret/pw: it is no regular file");
    assertCopyFails(launcher, "rm secret/pw", "openat(/mnt/secret/pw): No such file or directory");
    assertCopyFails(launcher, "rmdir run", "openat(/mnt/run): No such file or directory");
    for (String there :
        List.of(
            "mkdir run/pw",
            "ln -s /etc/shadow run/pw",
            "ln /mnt/secret/pw run/pw",
            "touch run/pw; chown 7 run/pw")) {
      assertCopyFails(
          launcher,
          there,
          "/mnt/run/pw: what is there is not a regular file with one link that the user or root"
              + " owns, and is kept; remove it, or name another path");
    }
    assertCopyFails(
        launcher,
        "truncate -s 17M secret/pw",
        "/mnt/run/pw: it is larger than 16 MiB, the most that is copied");
    assertCopyFails(
        launcher,
        "mount -t tmpfs -o size=4k none run; printf x >run/full",
        "write(/mnt/run/pw): No space left on device");
  }

  private static void assertCopyFails(Launcher launcher, String script, String reason)
      throws Exception {
    String value = "/mnt/secret/pw:/mnt/run/pw";
    assertFails(
        125, "--copy " + value + ": " + reason, copy(launcher, script, "--copy", value, "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDryRunCopiesNothing(Launcher launcher) throws Exception {
    String value = "/mnt/secret/pw:/mnt/run/pw";
    String plan = assertRuns(copy(launcher, "", "--dry-run", "--copy", value, "id").go());
    assertTrue(plan.contains("\ncopy: " + value + "\n"), plan);
    assertFails(
        78,
        "--copy 'a' is not valid; accepted: SRC:DST, a file and the path of its copy",
        copy(launcher, "", "--copy", "a", "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootCopiesWhatItCanRead(Launcher launcher) throws Exception {
    List<String> caller =
        Launcher.shellWithMounts(
            VOLUMES
                + "chmod 777 run; set -- setpriv --reuid=10009 --regid=10010 --clear-groups"
                + " \"$@\"");
    String value = "/mnt/secret/pw:/mnt/run/pw";
    assertFails(
        125,
        "--copy " + value + ": openat(/mnt/secret/pw): Permission denied",
        launcher.under(caller, "-u", "1", "--copy", value, "id").go());
    caller.set(
        caller.indexOf("-ec") + 1,
        caller
            .get(caller.indexOf("-ec") + 1)
            .replace("chmod 777 run;", "chmod 777 run; chmod 644 secret/pw;"));
    assertEquals(
        "10009:10010 400\n",
        assertRuns(
            launcher
                .under(caller, "-u", "1", "--copy", value, "stat", "-c%u:%g %a", "/mnt/run/pw")
                .go()));
  }
}
