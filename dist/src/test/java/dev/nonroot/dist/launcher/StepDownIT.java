package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who the command is, started by root. */
class StepDownIT {

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  private static Status status(Run.Result result) {
    return new Status(assertRuns(result));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theCommandIsTheUserAndNothingElse(Launcher launcher) throws Exception {
    // On a terminal that a shell goes on with, it would have a filter.
    Run run = launcher.under(List.of("setsid"), "-u", "10001:10002", "cat", "/proc/self/status");
    Run.Result result = run.go();
    Status status = status(result);
    status.assertIds(10001, 10002, "10002");
    status.assertNoCapabilities();
    status.assertIs("CapBnd", "0000000000000000");
    status.assertIs("NoNewPrivs", "1");
    status.assertIs("Name", "cat");
    status.assertIs("Threads", "1");
    status.assertIs("Pid", String.valueOf(result.pid()));
    status.assertIs("Seccomp", new Status(Run.of(Status.PRINT).go().stdout()).get("Seccomp"));
    assertEquals("", result.stderr());
    Path perfData = Path.of("/tmp/hsperfdata_root", String.valueOf(result.pid()));
    assertFalse(Files.exists(perfData, LinkOption.NOFOLLOW_LINKS), perfData.toString());
  }

  /** As in a build for another platform, {@code RUN gosu nobody true}; qemu's thread stays root. */
  @Test
  void anEmulatorMayHaveAThreadOfItsOwn() throws Exception {
    String binary = Tree.root().resolve("bin/nonroot").toString();
    Status plain =
        status(
            Run.of(List.of("qemu-x86_64", binary, "-u", "10001", "--", "cat", "/proc/self/status"))
                .go());
    plain.assertIds(10001, 10001, "10001");
    plain.assertNoCapabilities();
    plain.assertIs("NoNewPrivs", "1");
    List<String> gosu = List.of("qemu-x86_64", "-0", "gosu", binary, "nobody", "id", "-u");
    assertEquals("65534\n", assertRuns(Run.of(gosu).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theCommandHasNoChildAndGetsSignalsItself(Launcher launcher) throws Exception {
    Process process = launcher.run("-u", "10001", "sh", "-c", "echo ready; exec sleep 60").start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
      assertEquals("ready", reader.readLine());
      assertEquals(0, process.descendants().count());
      process.destroy();
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(143, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 3, 3", "exit 77, 77", "kill -9 $$, 137"})
  void theExitCodeIsTheCommands(String script, int exitCode) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      Run.Result result = launcher.run("-u", "10001", "sh", "-c", script).go();
      assertEquals(exitCode, result.exitCode());
      assertEquals("", result.stdout() + result.stderr());
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void inputAndOutputAreTheCallers(Launcher launcher) throws Exception {
    byte[] bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    Run.Result result = launcher.run("-u", "10001", "tee", "/dev/stderr").stdin(bytes).go();
    assertArrayEquals(bytes, result.stdoutBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "-u 10001:0, 10001, 0, 0",
    "-u 10001 --groups '', 10001, 10001, ''",
    "-u 10001 --keep-groups, 10001, 10001, 44 45 10001",
    "-u 10001:7 --keep-groups --groups 9, 10001, 7, 9 44 45",
  })
  void groups(String options, int uid, int gid, String groups) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      String[] args =
          (options.replace('+', ',') + " -- cat /proc/self/status").replace("''", "@").split(" ");
      for (int i = 0; i < args.length; i++) {
        args[i] = args[i].replace("@", "");
      }
      Run run = launcher.under(List.of("setpriv", "--groups=0,44,45"), args);
      status(run.go()).assertIds(uid, gid, groups);
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void noNewPrivsCanBeLeftOff(Launcher launcher) throws Exception {
    Status status =
        status(launcher.run("--allow-new-privs", "-u", "1", "cat", "/proc/self/status").go());
    status.assertIs("NoNewPrivs", "0");
    status.assertNoCapabilities();
    status.assertIs("CapBnd", "0000000000000000");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void inheritableCapabilitiesAreNotHandedOn(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--inh-caps=+chown,+net_raw", "--ambient-caps=+chown");
    Run run = launcher.under(caller, "--allow-new-privs", "-u", "1", "cat", Status.PRINT[1]);
    Status status = status(run.go());
    status.assertIds(1, 1, "1");
    status.assertNoCapabilities();
  }

  /** Without CAP_SETPCAP the bounding set stays, which no_new_privs makes harmless. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theBoundingSetStaysWithoutSetpcap(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--bounding-set=-setpcap");
    Status status = status(launcher.under(caller, "-u", "10001", "cat", "/proc/self/status").go());
    status.assertIds(10001, 10001, "10001");
    status.assertNoCapabilities();
    assertFalse("0000000000000000".equals(status.get("CapBnd")));
    status.assertIs("NoNewPrivs", "1");
    Launcher.assertFails(
        125,
        "step-down failed: prctl(PR_CAPBSET_DROP, 0): Operation not permitted",
        launcher.under(caller, "--allow-new-privs", "-u", "10001", "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void rootCanBeAllowed(Launcher launcher) throws Exception {
    Run run = launcher.run("-u", "0:7", "cat", "/proc/self/status");
    Status status = status(run.with("NONROOT_ALLOW_ROOT", "1").go());
    status.assertIds(0, 7, "7");
    Status own = new Status(Run.of(Status.PRINT).go().stdout());
    status.assertIs("CapEff", own.get("CapEff"));
    status.assertIs("CapBnd", own.get("CapBnd"));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void maskAndDirectory(Launcher launcher) throws Exception {
    Run run =
        launcher.run(
            "-u", "10001", "--umask", "0137", "--chdir", "/usr/lib", "sh", "-c", "umask; pwd");
    assertEquals("0137\n/usr/lib\n", assertRuns(run.go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theDirectoryIsEnteredAsTheUser(Launcher launcher) throws Exception {
    Path directory = Files.createTempDirectory("closed");
    try {
      Launcher.assertFails(
          125,
          "chdir(" + directory + "): Permission denied",
          launcher.run("-u", "1", "--chdir", directory.toString(), "id").go());
    } finally {
      Files.delete(directory);
    }
  }

  /** As in an image whose PATH starts with a directory of root's. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theCommandIsSearchedAsTheUser(Launcher launcher) throws Exception {
    Path directory = Files.createTempDirectory("closed");
    try {
      Files.createSymbolicLink(directory.resolve("id"), Path.of("/bin/false"));
      Run run = launcher.run("-u", "10001", "id", "-u").with("PATH", directory + ":/usr/bin");
      assertEquals("10001\n", assertRuns(run.go()));
    } finally {
      Files.delete(directory.resolve("id"));
      Files.delete(directory);
    }
  }
}
