package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --mkdir}. */
class MkdirIT {
  @TempDir private Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @BeforeEach
  void letOthersIn() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Run mkdir(Launcher launcher, String value, String... command) {
    List<String> args = new ArrayList<>(List.of("-u", "10001:10002", "--mkdir", value));
    args.addAll(List.of(command));
    return launcher.run(args.toArray(new String[0]));
  }

  /** Owner, group and mode. */
  private static String stat(Path file) throws Exception {
    return assertRuns(Run.of("stat", "-c", "%u:%g %a", file.toString()).go()).strip();
  }

  /** No temporary name either. */
  private void assertIsAlone(String... names) throws Exception {
    List<String> there = new ArrayList<>();
    try (var files = Files.newDirectoryStream(directory)) {
      files.forEach(file -> there.add(file.getFileName().toString()));
    }
    assertEquals(List.of(names), there.stream().sorted().toList());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theCommandCanUseIt(Launcher launcher) throws Exception {
    Path made = directory.resolve("a");
    String[] args = {
      "-u",
      "10001:10002",
      "--mkdir",
      made.toString(),
      "--mkdir=" + made + "/b:2750",
      "touch",
      made + "/b/c"
    };
    assertRuns(launcher.run(args).go());
    assertEquals("10001:10002 700", stat(made));
    assertEquals("10001:10002 2750", stat(made.resolve("b")));
    assertIsAlone("a");
    assertRuns(launcher.run(args).go());
    assertEquals("10001:10002 700", stat(made), "a second start finds it");
  }

  @ParameterizedTest
  @CsvSource({"077", "000", "0777"})
  void theUmaskIsTheCommandsOnly(String mask) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      Path made = directory.resolve("of " + launcher);
      String[] args = {"-u", "10001", "--mkdir", made + ":0751", "sh", "-c", "umask"};
      String umask = assertRuns(launcher.under(Launcher.shell("umask " + mask), args).go());
      assertEquals("0" + mask.substring(mask.length() - 3) + "\n", umask);
      assertEquals("10001:10001 751", stat(made));
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void pathsAreRelativeToTheCaller(Launcher launcher) throws Exception {
    assertRuns(mkdir(launcher, "a/", "true").in(directory).go());
    assertEquals("10001:10002 700", stat(directory.resolve("a")));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsThereIsLeftAsItIs(Launcher launcher) throws Exception {
    Path there = Files.createDirectory(directory.resolve("there"));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-x---"));
    Run.Result result = mkdir(launcher, there.toString(), "echo", "runs").go();
    assertEquals("runs\n", result.stdout());
    assertEquals(
        List.of(
            "nonroot: warning: --mkdir "
                + there
                + ": it is there and left as it is, and by its owner 0 and mode 0750 uid 10001"
                + " cannot write to it; give it with --own "
                + there
                + ", or chown it before"),
        result.errors());
    assertEquals("0:0 750", stat(there));
    String path = there.toString();
    assertRuns(mkdir(launcher, path, "--own", path, "touch", path + "/x").go());
    assertEquals("10001:10002 750", stat(there));
    assertRuns(mkdir(launcher, path + ":0700", "true").go());
    assertEquals("10001:10002 750", stat(there));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsNoDirectoryIsAnError(Launcher launcher) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertFails(
        125,
        "--mkdir " + file + ": it is there, and is no directory; remove it, or name another path",
        mkdir(launcher, file.toString(), "id").go());
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("none"));
    assertFails(
        125,
        "--mkdir " + link + ": it is a symbolic link; name the path that it leads to",
        mkdir(launcher, link.toString(), "id").go());
    assertIsAlone("file", "link");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void directoriesAboveAreNotMade(Launcher launcher) throws Exception {
    Path deep = directory.resolve("a/b");
    assertFails(
        125,
        "--mkdir "
            + deep
            + ": openat("
            + directory
            + "/a): No such file or directory; the directories above are not made: name each by a"
            + " --mkdir of its own before",
        mkdir(launcher, deep.toString(), "id").go());
    assertIsAlone();
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aBadValue(Launcher launcher) throws Exception {
    assertFails(
        78,
        "--mkdir ':0755' is not valid; accepted: a directory, or directory:MODE with three or four"
            + " octal digits",
        mkdir(launcher, ":0755", "id").go());
  }

  /** As in an image with a read-only root and a tmpfs at /run, to which /var/run leads. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void onATmpfsBesideAReadOnlyRoot(Launcher launcher) throws Exception {
    Etc.required();
    String make =
        "mount -t tmpfs -o mode=755 none /mnt; mkdir /mnt/var /mnt/run;"
            + " ln -s ../run /mnt/var/run; mount -t tmpfs -o mode=755 none /mnt/run;"
            + " mount -o remount,ro /mnt";
    List<String> caller = Launcher.shellWithMounts(make);
    String[] args = {
      "-u", "10001", "--mkdir", "/mnt/var/run/app", "stat", "-c%u:%g %a", "/mnt/run/app"
    };
    assertEquals("10001:10001 700\n", assertRuns(launcher.under(caller, args).go()));
    args[3] = "/mnt/var/app";
    assertFails(
        125,
        "--mkdir /mnt/var/app: mkdirat(/mnt/var/app): Read-only file system",
        launcher.under(caller, args).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootMakesItAsItCan(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--reuid=10009", "--regid=10010", "--clear-groups");
    Path made = directory.resolve("a");
    String[] args = {"-u", "10001", "--mkdir", made.toString(), "id", "-u"};
    assertFails(
        125,
        "--mkdir " + made + ": mkdirat(" + made + "): Permission denied",
        launcher.under(caller, args).go());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals("10009\n", assertRuns(launcher.under(caller, args).go()));
    assertEquals("10009:10010 700", stat(made));
    assertIsAlone("a");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsMissingIsNamed(Launcher launcher) throws Exception {
    Path made = directory.resolve("a");
    String[] args = {"-u", "10001", "--mkdir", made.toString(), "id", "-u"};
    List<String> only =
        new ArrayList<>(List.of("setpriv", "--bounding-set", "-all,+setuid,+setgid"));
    assertFails(
        125,
        "--mkdir "
            + made
            + ": fchownat("
            + made
            + "): Operation not permitted; the launcher lacks CAP_CHOWN (docker run --cap-add"
            + " CHOWN, securityContext.capabilities.add)",
        launcher.under(only, args).go());
    assertIsAlone();
    only.set(2, "-all,+setuid,+setgid,+chown");
    assertEquals("10001\n", assertRuns(launcher.under(only, args).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDryRunMakesNothing(Launcher launcher) throws Exception {
    Path made = directory.resolve("a");
    String output = assertRuns(mkdir(launcher, made + ":0750", "--dry-run", "id").go());
    assertTrue(output.contains("\nmkdir: " + made + " 0750\n"), output);
    assertFalse(Files.exists(made));
  }
}
