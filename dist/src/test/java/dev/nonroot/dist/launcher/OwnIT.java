package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --own}. */
class OwnIT {

  @TempDir private Path directory;
  private Path data;

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @BeforeEach
  void makeTree() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = Files.createDirectory(directory.resolve("data"));
    Files.createDirectory(data.resolve("below"));
    Files.writeString(data.resolve("below/file"), "");
  }

  private static String owner(Path file) throws IOException {
    Map<String, Object> ids = Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    return ids.get("uid") + ":" + ids.get("gid");
  }

  private static Object changed(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
  }

  private Run own(Launcher launcher, Path path, String... command) {
    List<String> args = new ArrayList<>(List.of("-u", "10001:10002", "--own", path.toString()));
    args.addAll(List.of(command));
    return launcher.run(args.toArray(new String[0]));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aTreeIsTheUsersBeforeTheCommandRuns(Launcher launcher) throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "");
    Path link = Files.createSymbolicLink(data.resolve("link"), outside);
    Path linkToDirectory = Files.createSymbolicLink(data.resolve("up"), directory);
    assertRuns(Run.of("mkfifo", data.resolve("pipe").toString()).go());
    Path odd = Files.createDirectory(data.resolve("new\nline \\"));
    assertRuns(own(launcher, data, "touch", data.resolve("below/new").toString()).go());
    for (Path each :
        List.of(
            data, data.resolve("below/file"), link, linkToDirectory, data.resolve("pipe"), odd)) {
      assertEquals("10001:10002", owner(each), each.toString());
    }
    assertEquals("0:0", owner(outside));
    assertEquals("0:0", owner(directory));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsTheUsersIsNotTouched(Launcher launcher) throws Exception {
    assertRuns(own(launcher, data, "true").go());
    Path file = data.resolve("below/file");
    Object before = changed(file);
    Object beforeAbove = changed(data);
    Thread.sleep(20); // the kernel's clock for files ticks every 10 ms or less
    assertRuns(own(launcher, data, "true").go());
    assertEquals(before, changed(file));
    assertEquals(beforeAbove, changed(data));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void hardLinksAreLeftAloneWithAWarning(Launcher launcher) throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "");
    Path link = Files.createLink(data.resolve("hard"), outside);
    Run.Result result = own(launcher, data, "echo", "runs").go();
    assertEquals(
        List.of(
            "nonroot: warning: "
                + link
                + " is left as it is: a file with more than one link may have another outside of what"
                + " --own names; if the user needs it, chown it to uid 10001"),
        result.errors());
    assertEquals("runs\n", result.stdout());
    assertEquals("0:0", owner(outside));
    assertEquals("10001:10002", owner(data));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void deviceNodesAreLeftAloneUnlessNamed(Launcher launcher) throws Exception {
    Path device = data.resolve("below/null");
    assertRuns(Run.of("mknod", device.toString(), "c", "1", "3").go());
    assertRuns(Run.of("mknod", data.resolve("below/null2").toString(), "c", "1", "3").go());
    Run.Result result = own(launcher, data, "echo", "runs").go();
    assertEquals("runs\n", result.stdout());
    assertEquals(1, result.errors().size(), result.stderr());
    String warning = result.errors().get(0);
    assertTrue(
        warning.matches(
            "nonroot: warning: .*/below/null2? and 1 more are left as they are: a device node leads"
                + " to more than the tree that it is in; if the user needs them, chown them to uid"
                + " 10001"),
        warning);
    assertEquals("0:0", owner(device));
    assertEquals("10001:10002", owner(data.resolve("below/file")));
    assertRuns(own(launcher, device, "true").go());
    assertEquals("10001:10002", owner(device));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aLinkThatOthersCanMakeIsNotFollowed(Launcher launcher) throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), data);
    String reason =
        " to uid 10001: "
            + link
            + " is a symbolic link that others than root can change or have made, and is not"
            + " followed; name the path that it leads to";
    assertFails(125, "cannot give " + link + reason, own(launcher, link, "id").go());
    Path through = link.resolve("below");
    assertFails(125, "cannot give " + through + reason, own(launcher, through, "id").go());
    assertEquals("0:0", owner(data));
    assertEquals("0:0", owner(data.resolve("below")));
  }

  /** As /var/run is in every image. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aLinkThatOnlyRootCanMakeIsFollowed(Launcher launcher) throws Exception {
    Etc.required();
    String make =
        "mount -t tmpfs -o mode=755 none /mnt; mkdir -p /mnt/run/app /mnt/run/b /mnt/var;"
            + " ln -s ../run /mnt/var/run; ln -s /mnt/var/run/b /mnt/b; touch /mnt/run/app/file;"
            + " ln -s /mnt/run/app /mnt/run/b/out; chown -h 10001 /mnt/run/b/out";
    List<String> caller = Launcher.shellWithMounts(make);
    String[] args = {
      "-u",
      "10001",
      "--own",
      "/mnt/var/run/app",
      "--own",
      "/mnt/b",
      "stat",
      "-c%u",
      "/mnt/run/app",
      "/mnt/run/app/file",
      "/mnt/run/b",
      "/mnt/run",
      "/mnt/b",
      "/mnt/var/run"
    };
    String owners = assertRuns(launcher.under(caller, args).go());
    assertEquals("10001\n10001\n10001\n0\n0\n0\n", owners);
    args[3] = "/mnt/run/b/out";
    assertEquals(125, launcher.under(caller, args).go().exitCode(), "a link of somebody else");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aPathThatIsNotThereIsAnError(Launcher launcher) throws Exception {
    Path none = data.resolve("none/x");
    assertFails(
        125,
        "cannot give "
            + none
            + " to uid 10001: openat("
            + data
            + "/none): No such file or directory",
        own(launcher, none, "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void pathsAreRelativeToTheCaller(Launcher launcher) throws Exception {
    Run run = own(launcher, Path.of("data/below"), "pwd");
    assertEquals(directory + "\n", assertRuns(run.in(directory).go()));
    assertEquals("10001:10002", owner(data.resolve("below/file")));
    assertEquals("0:0", owner(data));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootGivesNothing(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--reuid=10009", "--regid=10009", "--clear-groups");
    String[] args = {"-u", "10001", "--own", data.toString(), "id", "-u"};
    assertEquals("10009\n", assertRuns(launcher.under(caller, args).go()));
    assertEquals("0:0", owner(data));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void severalPathsAndFilesByThemselves(Launcher launcher) throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "");
    String[] args = {"-u", "1", "--own", other.toString(), "--own", data + "/", "true"};
    assertRuns(launcher.run(args).go());
    assertEquals("1:1", owner(other));
    assertEquals("1:1", owner(data.resolve("below/file")));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aTreeDeeperThanTheSoftLimitOfOpenFiles(Launcher launcher) throws Exception {
    String make = "chdir $ARGV[0]; for (1 .. 300) { mkdir 'd' or die; chdir 'd' or die }";
    assertRuns(Run.of("perl", "-e", make, data.toString()).go());
    String find = "find \"$1\" ! -user 10001 | wc -l; find \"$1\" | wc -l";
    String[] args = {"-u", "10001", "--own", data.toString(), "sh", "-c", find, "sh", data + ""};
    List<String> caller = Launcher.shell("ulimit -S -n 200");
    assertEquals("0\n303\n", assertRuns(launcher.under(caller, args).go()));
  }

  /** The user may make it, so it must not keep the launcher from starting. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aTreeDeeperThanTheHardLimitOfOpenFiles(Launcher launcher) throws Exception {
    String make = "chdir $ARGV[0]; for (1 .. 300) { mkdir 'd' or die; chdir 'd' or die }";
    assertRuns(Run.of("perl", "-e", make, data.toString()).go());
    List<String> caller = Launcher.shell("ulimit -n 200");
    assertIsTooDeep(caller, launcher, "hard limit of open files allows.*");
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aTreeDeeperThanAnyPath(Launcher launcher) throws Exception {
    String make =
        "mount -t tmpfs -o mode=755 none "
            + data
            + "; touch "
            + data
            + "/file; perl -e 'chdir shift; for (1 .. 5000) { mkdir q(d) or die; chdir q(d) or die"
            + " }' "
            + data;
    List<String> caller = Launcher.shellWithMounts(make);
    assertIsTooDeep(caller, launcher, "2048 directories.*");
  }

  private void assertIsTooDeep(List<String> caller, Launcher launcher, String than)
      throws Exception {
    String[] args = {"-u", "10001", "--own", data + "", "stat", "-c%u", data + "", data + "/d"};
    Run.Result result = launcher.under(caller, args).go();
    assertEquals("10001\n10001\n", result.stdout(), result.stderr());
    assertEquals(1, result.errors().size());
    String warning = result.errors().get(0);
    assertTrue(
        warning.matches(".*/d/d is left as it is: the tree is deeper than (the )?" + than),
        warning);
    assertTrue(warning.length() < 5000);
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatTheKernelCannotTellApartFromRemovedIsLeftAloneWithAWarning(Launcher launcher)
      throws Exception {
    Path odd = Files.writeString(data.resolve("below/x (deleted)"), "");
    assertRuns(Run.of("chown", "10001", data.resolve("below").toString()).go());
    Run.Result result = own(launcher, data, "echo", "runs").go();
    assertEquals(
        List.of(
            "nonroot: warning: "
                + odd
                + " is left as it is: whether there is a link outside of what --own names cannot be"
                + " told, as the path is too long or ends with (deleted); if the user needs it,"
                + " chown it to uid 10001"),
        result.errors());
    assertEquals("runs\n", result.stdout());
    assertEquals("0:0", owner(odd));
    assertEquals("10001:10002", owner(data.resolve("below/file")));
  }

  /** Where each file is opened, and the directory asked about it, no entry gets lost. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void manyFilesInADirectoryOfTheUsers(Launcher launcher) throws Exception {
    String make = "chdir $ARGV[0]; for (1 .. 5000) { open(my $file, '>', 'x' x 40 . $_) or die }";
    assertRuns(Run.of("perl", "-e", make, data.toString()).go());
    assertRuns(Run.of("chown", "10001", data.toString()).go());
    String[] find = {"find", data.toString(), "!", "-user", "10001"};
    assertEquals("", assertRuns(own(launcher, data, find).go()));
  }

  /** And names that are no text. In memory, as a disk takes a minute to make them. */
  @Test
  void aDirectoryOfAMillionEntries() throws Exception {
    String make =
        """
        mount -t tmpfs -o mode=755,nr_inodes=0 none "$DATA"
        perl -e '
          chdir $ENV{DATA} or die;
          for (1 .. 1_000_000, "\\xff\\n", "\\xc3") { open(my $file, ">", $_) or die }'
        """;
    List<String> caller = Launcher.shellWithMounts(make);
    String[] args = {
      "-u", "10001", "--own", data.toString(), "find", data.toString(), "!", "-user", "10001"
    };
    Run run = Launcher.binary().under(caller, args).with("DATA", data.toString());
    assertEquals("", assertRuns(run.timeout(Duration.ofMinutes(5)).go()));
  }
}
