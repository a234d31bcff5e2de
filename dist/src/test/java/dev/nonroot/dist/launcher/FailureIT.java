package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong is one line on stderr and an exit code, and the command does not run. */
class FailureIT {
  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theExitCodeSaysWhoFailed(Launcher launcher) throws Exception {
    assertFails(
        78,
        "Unknown option: '--bogus'; see " + launcher.program() + " --help",
        launcher.run("--bogus").go());
    assertFails(
        77,
        "the user 'root' is root (uid 0); name another one with -u or NONROOT_USER, or set"
            + " NONROOT_ALLOW_ROOT=1",
        launcher.run("-u", "root", "id").go());
    assertFails(
        125,
        "chdir(/no): No such file or directory",
        launcher.run("-u", "1", "--chdir", "/no", "id").go());
    assertFails(127, "cannot run 'no': not found in PATH", launcher.run("-u", "1", "no").go());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-u 1 --umask 8 id|78|--umask '8' is not valid; accepted: octal, 0 to 0777",
        "-u 1 --groups a,,b id|78|--groups 'a,,b' is not valid; accepted: names or numbers with one"
            + " comma between them, '' for none",
        "-u 1 --groups nosuch id|78|there is no group 'nosuch' in /etc/group; accepted: a name from"
            + " there, or a number",
        "-u 1|78|Missing COMMAND; see PROGRAM --help",
        "-u 1 /|126|cannot run '/': Permission denied: it is a directory",
        "-u 1 /etc/passwd|126|cannot run '/etc/passwd': Permission denied: it has no execute"
            + " permission (chmod a+x)",
        "-u 1 /etc/passwd/x|127|cannot run '/etc/passwd/x': Not a directory",
        "-u 1 ./no|127|cannot run './no': No such file or directory",
        "-u 1 /root/no|126|cannot run '/root/no': Permission denied: uid 1 may not search '/root'"
            + " (chmod o+x)",
      })
  void oneLine(String args, int exitCode, String message) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      assertFails(
          exitCode,
          message.replace("PROGRAM", launcher.program()),
          launcher.run(args.split(" ")).go());
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatTheKernelCannotExecuteIsNotHandedToAShell(Launcher launcher, @TempDir Path directory)
      throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path script = Files.writeString(directory.resolve("script"), "echo ran\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertFails(
        126,
        "cannot run '" + script + "': Exec format error",
        launcher.run("-u", "1", script.toString()).go());
    Files.writeString(script, "#!/no/such/shell\n");
    assertFails(
        127,
        "cannot run '"
            + script
            + "': No such file or directory: the file is there, but not the interpreter that its"
            + " first line names (#!; with a carriage return behind it?), or its dynamic linker",
        launcher.run("-u", "1", script.toString()).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDirectoryOfPathThatTheUserMayNotSearchIsNamed(Launcher launcher, @TempDir Path directory)
      throws Exception {
    Path bin = Files.createDirectories(directory.resolve("jdk/bin"));
    Files.copy(Path.of("/usr/bin/id"), bin.resolve("java"));
    assertFails(
        127,
        "cannot run 'java': not found in PATH; it may be in '"
            + bin
            + "', but uid 10001 may not search '"
            + directory
            + "' (chmod o+x)",
        launcher.run("-u", "10001", "java").with("PATH", bin + ":/none").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatTheUserMayNotExecuteSaysWhy(Launcher launcher, @TempDir Path directory)
      throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path program = Files.copy(Path.of("/usr/bin/id"), directory.resolve("program"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x---"));
    String start = "cannot run '" + program + "': Permission denied: ";
    assertFails(
        126,
        start + "its mode 0750 does not let uid 10001 execute it",
        launcher.run("-u", "10001", program.toString()).go());
    Path script = Files.writeString(directory.resolve("script"), "#!" + program + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertFails(
        126,
        "cannot run '"
            + script
            + "': Permission denied: the interpreter that its first line names (#!), or its dynamic"
            + " linker, may not be executed",
        launcher.run("-u", "10001", script.toString()).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void fileCapabilitiesThatWereDroppedAreNamed(Launcher launcher, @TempDir Path directory)
      throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path program = Files.copy(Path.of("/usr/bin/id"), directory.resolve("program"));
    assertRuns(Run.of("setcap", "cap_net_raw+ep", program.toString()).go());
    assertFails(
        126,
        "cannot run '"
            + program
            + "': Operation not permitted: it has file capabilities (NET_RAW) that are not in the"
            + " bounding set: keep them with --cap NET_RAW, or take them off with setcap -r",
        launcher.run("-u", "10001", program.toString()).go());
    assertEquals(
        "10001\n",
        assertRuns(launcher.run("-u", "10001", "--cap", "NET_RAW", program.toString(), "-u").go()));
  }

  /** The processes of the uid count wherever they are; the capabilities would lift the limit. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void moreProcessesThanTheLimitSaySo(Launcher launcher) throws Exception {
    Process other = Run.of("setpriv", "--reuid=10017", "--clear-groups", "sleep", "60").start();
    try {
      Process another = Run.of("setpriv", "--reuid=10017", "--clear-groups", "sleep", "60").start();
      try {
        String without = "setpriv --bounding-set -sys_resource,-sys_admin prlimit --nproc=1:1";
        Run.Result result = launcher.under(List.of(without.split(" ")), "-u", "10017:1", "id").go();
        assertFails(
            126,
            "cannot run 'id': Resource temporarily unavailable: uid 10017 has more processes than"
                + " RLIMIT_NPROC allows, in all containers together; raise it (docker run --ulimit"
                + " nproc), or use a uid of its own",
            result);
      } finally {
        another.destroyForcibly();
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aMessageIsOneLineWhateverTheCommandIsCalled(Launcher launcher) throws Exception {
    String name = "a\nnonroot: \u001b[31m";
    assertFails(
        127,
        "cannot run 'a\\x0anonroot: \\x1b[31m': not found in PATH",
        launcher.run("-u", "1", name).go());
    assertFails(127, "cannot run '': No such file or directory", launcher.run("-u", "1", "").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void badVariables(Launcher launcher) throws Exception {
    assertFails(
        78,
        "action=bogus in the environment variable NONROOT_ACTION is not valid; accepted: refuse,"
            + " drop, warn or off",
        launcher.run("-u", "1", "id").with("NONROOT_ACTION", "bogus").go());
    assertFails(
        78,
        "action=false in the environment variable NONROOT_ACTION is not valid; accepted: refuse,"
            + " drop, warn or off (YAML turns off without quotes into false: write \"off\")",
        launcher.run("-u", "1", "id").with("NONROOT_ACTION", "false").go());
    assertFails(
        78,
        "unknown variable NONROOT_USR in the environment, which is nearly NONROOT_USER; correct"
            + " it, or give it another name",
        launcher.run("-u", "1", "id").with("NONROOT_USR", "1").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aVariableOfTheImageIsNoMistake(Launcher launcher) throws Exception {
    assertEquals(
        "10001\n",
        assertRuns(
            launcher
                .run("-u", "10001", "id", "-u")
                .with("NONROOT_UID", "1000")
                .with("NONROOT_HOME", "/srv")
                .go()));
  }

  @ParameterizedTest
  @CsvSource({
    "12345, /srv/app, /srv/app", // as under docker run --user
    "12345, /root, /",
    "12345, '', /",
    "nobody, /srv/app, /nonexistent",
  })
  void aUserWithoutAnEntryKeepsTheHomeOfTheImage(String user, String given, String home)
      throws Exception {
    for (Launcher launcher : Launcher.each()) {
      Run echo = launcher.run("-u", user, "sh", "-c", "echo $HOME ${USER-none}");
      assertEquals(
          home + (user.equals("12345") ? " none\n" : " nobody\n"),
          assertRuns(echo.with("HOME", given).with("USER", "me").go()));
      String plan =
          assertRuns(launcher.run("-u", user, "--dry-run", "id").with("HOME", given).go());
      assertTrue(plan.contains("\nhome: " + home + "\n"), plan);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"10001%|a line break", "'10001 '|a blank", "\"10001\"|quotes"})
  void aUserThatItsWritingHasSpoiltSaysSo(String user, String by) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      String value = user.replace('%', '\n');
      String rest =
          " is not valid, as it starts or ends with " + by + "; accepted: the value alone";
      String shown = "user=" + value.replace("\n", "\\x0a") + " in the ";
      assertFails(
          78,
          shown + "environment variable NONROOT_USER" + rest,
          launcher.run("id").with("NONROOT_USER", value).go());
      assertFails(78, shown + "option --user" + rest, launcher.run("-u", value, "id").go());
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void helpAndVersion(Launcher launcher) throws Exception {
    String help = assertRuns(launcher.run("--help").go());
    assertTrue(
        help.startsWith("Usage: " + launcher.program() + " [OPTIONS] [--] COMMAND [ARG...]\n"),
        help);
    assertTrue(help.contains("\nExit codes:\n  77 "), help);
    assertFalse(help.contains("\u001b"), "no colours but on a terminal");
    String version = assertRuns(launcher.run("-V").go());
    assertTrue(version.matches("nonroot \\d+\\.\\d+\\.\\d+\\S*\n"), version);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void theSubcommandIsNeeded(Launcher launcher) throws Exception {
    List<String> jar = launcher.prefix().subList(0, launcher.prefix().size() - 1);
    assertFails(78, "Missing required subcommand; see nonroot --help", Run.of(jar).go());
    List<String> id = new ArrayList<>(jar);
    id.add("id");
    assertFails(78, "Unmatched argument at index 0: 'id'; see nonroot --help", Run.of(id).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDryRunRunsNothing(Launcher launcher) throws Exception {
    Path trace = Open.directory().resolve("trace");
    String output =
        assertRuns(
            launcher
                .run("--dry-run", "-u", "nobody:0", "--groups", "7,0", "touch", trace.toString())
                .go());
    assertEquals(
        """
        user: 65534 (nobody)
        group: 0 (root's group)
        supplementary groups: 0,7 (0 is root's group)
        home: /nonexistent
        no_new_privs: on
        command: touch %s
        """
            .formatted(trace),
        output);
    assertFalse(Files.exists(trace));
    assertFails(
        78,
        "user=-1 in the option --user is not valid; accepted: user or user:group, each"
            + " a name, or a number 0 to 2147483647",
        launcher.run("--dry-run", "-u", "-1", "id").go());
  }

  /** Neither is a file that is not there, which at its usual place would be no error. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void aPolicyFileThatCannotBeReachedIsAnError(Launcher launcher, @TempDir Path directory)
      throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));
    Path below = Files.writeString(directory.resolve("file"), "").resolve("below");
    assertFails(
        78,
        "cannot read " + link + ": Is a symbolic link that leads nowhere",
        launcher.run("-u", "1", "id").with("NONROOT_CONFIG", link.toString()).go());
    assertFails(
        78,
        "cannot read " + below + ": Not a directory",
        launcher.run("-u", "1", "id").with("NONROOT_CONFIG", below.toString()).go());
  }

  /** By jffi, or java.lang.foreign. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void theJarAloneWorksToo(Launcher launcher, @TempDir Path directory) throws Exception {
    Path jar = Files.copy(Tree.launcherJar(), directory.resolve("nonroot-launcher.jar"));
    String java = launcher.java().toString();
    List<String> line =
        List.of(java, "-jar", jar.toString(), "exec", "-u", "10001:7", "--groups", "8", "id");
    assertEquals("uid=10001 gid=7(lp) groups=7(lp),8(mail)\n", assertRuns(Run.of(line).go()));
  }

  /** The jar alone, where nothing can be unpacked: JDK 17 has no native calls then. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void withoutNativeCallsNothingRuns(Launcher launcher, @TempDir Path directory) throws Exception {
    Path jar = Files.copy(Tree.launcherJar(), directory.resolve("nonroot-launcher.jar"));
    List<String> line =
        List.of(
            launcher.java().toString(),
            "-Djava.io.tmpdir=/proc",
            "-Duser.dir=/proc",
            "-jar",
            jar.toString(),
            "exec",
            "-u",
            "10001",
            "id",
            "-u");
    Run.Result result = Run.of(line).in(Path.of("/proc")).with("HOME", "/proc").go();
    if (Tree.featureOf(launcher.java()) >= 22) {
      assertEquals("10001\n", assertRuns(result));
    } else {
      assertEquals(125, result.exitCode(), result.toString());
      assertEquals(1, result.errors().size(), result.toString());
      String start = "nonroot: error: jffi cannot be loaded: ";
      assertTrue(result.errors().get(0).startsWith(start), result.toString());
      assertEquals("", result.stdout());
    }
  }
}
