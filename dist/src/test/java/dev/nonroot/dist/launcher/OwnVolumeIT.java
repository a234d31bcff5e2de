package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --own} of volumes as they are: mounts in them, and file systems that refuse. */
class OwnVolumeIT {
  private static final String NEEDED = "; if the user needs it, chown it to uid 10001";

  @TempDir private Path directory;
  private Path data;
  private Path file;

  @BeforeAll
  static void needsRoot() throws Exception {
    Etc.required();
  }

  @BeforeEach
  void makeTree() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = Files.createDirectory(directory.resolve("data"));
    file = Files.writeString(data.resolve("file"), "");
  }

  /** The launcher in a mount namespace of its own, after a script that starts in the directory. */
  private Run after(Launcher launcher, String script, String... args) {
    List<String> caller = Launcher.shellWithMounts(script);
    List<String> all = new ArrayList<>(List.of("-u", "10001"));
    all.addAll(List.of(args));
    return launcher.under(caller, all.toArray(new String[0])).in(directory);
  }

  private static void assertWarns(String stdout, List<String> warnings, Run.Result result) {
    List<String> lines = new ArrayList<>();
    for (String warning : warnings) {
      lines.add("nonroot: warning: " + warning);
    }
    assertEquals(lines, result.errors(), result.toString());
    assertEquals(stdout, result.stdout());
    assertEquals(0, result.exitCode());
  }

  /** A ConfigMap, or docker run -v file:/data/file:ro. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aReadOnlyFileInTheTreeIsLeftAlone(Launcher launcher) throws Exception {
    String mount =
        "touch config data/app.yml; mount --bind config data/app.yml;"
            + " mount -o remount,bind,ro data/app.yml";
    assertWarns(
        "10001 data\n0 data/app.yml\n10001 data/file\n",
        List.of("data/app.yml is left as it is: the mount is read-only" + NEEDED),
        after(
                launcher,
                mount,
                "--own",
                "data",
                "stat",
                "-c%u %n",
                "data",
                "data/app.yml",
                "data/file")
            .go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aReadOnlyVolumeIsWarnedAboutOnlyWhereThereIsSomethingToDo(Launcher launcher)
      throws Exception {
    String mount = "mount --bind data data; mount -o remount,bind,ro data";
    Run run = after(launcher, mount, "--own", "data", "echo", "runs");
    assertWarns(
        "runs\n",
        List.of(
            "data/file and 1 more are left as they are: the mount is read-only; if the user needs"
                + " them, chown them to uid 10001"),
        run.go());
    assertRuns(Run.of("chown", "-R", "10001:10001", data.toString()).go());
    assertEquals("runs\n", assertRuns(run.go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void anImmutableFileIsNamed(Launcher launcher) throws Exception {
    String reason =
        "Operation not permitted; it is immutable or append-only (chattr -i -a ends that)";
    assertRuns(Run.of("chattr", "+i", file.toString()).go());
    try {
      assertFails(
          125,
          "cannot give data to uid 10001: fchownat(data/file): " + reason,
          after(launcher, "", "--own", "data", "id").go());
      assertWarns(
          "10001\n",
          List.of("data/file is left as it is: fchownat: " + reason + NEEDED),
          after(launcher, "", "--own", "data", "--own-best-effort", "stat", "-c%u", "data").go());
    } finally {
      assertRuns(Run.of("chattr", "-i", file.toString()).go());
    }
  }

  /** As NFS does with root_squash. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aFileSystemThatRefusesIsNotTakenForAMissingCapability(Launcher launcher) throws Exception {
    String reason =
        "fchownat(data/file): Operation not permitted; CAP_CHOWN is there, so its file system"
            + " refuses it (NFS with root_squash: chown it on the server), or the user namespace"
            + " does not map its owner";
    List<String> strace =
        Trace.strace("-f", "-o", "/dev/null", "-e", "inject=fchownat:error=EPERM");
    Run refused = launcher.under(strace, "-u", "10001", "--own", "data", "id").in(directory);
    Root.required(Files.exists(Path.of("/usr/bin/strace")), "strace");
    assertFails(125, "cannot give data to uid 10001: " + reason, refused.go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aMissingCapabilityIsNamed(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--bounding-set", "-chown");
    assertFails(
        125,
        "cannot give data to uid 10001: fchownat(data/file): Operation not permitted; the launcher"
            + " lacks CAP_CHOWN (docker run --cap-add CHOWN, securityContext.capabilities.add)",
        launcher.under(caller, "-u", "10001", "--own", "data", "id").in(directory).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void withBestEffortAPathThatIsNotThereIsAWarning(Launcher launcher) throws Exception {
    assertWarns(
        "10001\n",
        List.of("cannot give none to uid 10001: openat(none): No such file or directory"),
        after(
                launcher,
                "",
                "--own",
                "none",
                "--own",
                "data",
                "--own-best-effort",
                "stat",
                "-c%u",
                "data")
            .go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void anotherFileSystemIsGivenOnlyByItsName(Launcher launcher) throws Exception {
    String mount =
        "mkdir -p data/logs data/tmp; mount -t tmpfs -o mode=755 none data/logs; touch data/logs/x;"
            + " mount -t tmpfs -o mode=1777 none data/tmp";
    String[] stat = {"stat", "-c%u", "data/logs", "data/logs/x", "data/tmp", "data"};
    List<String> args = new ArrayList<>(List.of("--own", "data"));
    args.addAll(List.of(stat));
    assertWarns(
        "0\n0\n0\n10001\n",
        List.of(
            "data/logs is left as it is: on another file system, and the user cannot write there;"
                + " if the user needs it, give it with --own data/logs"),
        after(launcher, mount, args.toArray(new String[0])).go());
    args.addAll(0, List.of("--own", directory + "/data/logs/"));
    String owners = assertRuns(after(launcher, mount, args.toArray(new String[0])).go());
    assertEquals("10001\n10001\n0\n10001\n", owners);
  }

  /** As CIFS does. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aFileSystemThatChangesNothingIsFoundOut(Launcher launcher) throws Exception {
    List<String> strace = Trace.strace("-f", "-o", "/dev/null", "-e", "inject=fchownat:retval=0");
    String nothing = "its file system takes a chown and changes nothing (CIFS, vboxsf)";
    String mount = "mount it with uid=10001,gid=10001";
    assertFails(
        125,
        "cannot give data to uid 10001: " + nothing + ", and the user cannot write to it; " + mount,
        launcher.under(strace, "-u", "10001", "--own", "data", "id").in(directory).go());
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertWarns(
        "10001\n",
        List.of("data is left as it is: " + nothing + "; if the user needs it, " + mount),
        launcher.under(strace, "-u", "10001", "--own", "data", "id", "-u").in(directory).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void onceIsEnoughUnlessTheRunWasInterrupted(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "--own-once", "--own", "data", "stat", "-c%u", "data/file"};
    List<String> killed =
        Trace.strace("-f", "-o", "/dev/null", "-e", "inject=fchownat:signal=KILL:when=2");
    assertEquals(137, launcher.under(killed, args).in(directory).go().exitCode());
    assertEquals("0:0 10001:10001", owners());
    assertRuns(Run.of("chown", "0:0", file.toString()).go());
    assertEquals("10001\n", assertRuns(launcher.run(args).in(directory).go()));
    assertRuns(Run.of("chown", "0:0", file.toString()).go());
    assertEquals("0\n", assertRuns(launcher.run(args).in(directory).go()));
  }

  private String owners() throws Exception {
    return assertRuns(Run.of("stat", "-c%u:%g", data + "", file + "").go())
        .trim()
        .replace('\n', ' ');
  }
}
