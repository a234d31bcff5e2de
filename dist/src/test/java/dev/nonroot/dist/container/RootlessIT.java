package dev.nonroot.dist.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** podman of an ordinary user, whom it makes root in the container: root of what is his. */
class RootlessIT {
  private static final String USER = "nonroot-rootless-it";
  private static final Base BASE = Base.running();

  private static Path home;
  private static String image;
  private static int uid;
  private static int firstSubordinate;

  @BeforeAll
  static void makeUser() throws Exception {
    Root.required();
    image = Engine.image(BASE);
    // Podman's sockets are below: where their paths exceed 107 bytes, it waits 20 s each time.
    home = Files.createDirectory(Path.of("/tmp/nr-" + ProcessHandle.current().pid()));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    removeUserOfARunThatWasKilled();
    Engine.ok(Run.of("useradd", "--home-dir", home.toString(), "--shell", "/bin/sh", USER));
    uid = Integer.parseInt(Engine.ok(Run.of("id", "-u", USER)));
    firstSubordinate =
        Files.readAllLines(Path.of("/etc/subuid"), ISO_8859_1).stream()
            .filter(line -> line.startsWith(USER + ":"))
            .mapToInt(line -> Integer.parseInt(line.split(":", -1)[1]))
            .findFirst()
            .orElseThrow();
    Files.createDirectories(home.resolve("run"));
    copySettings("containers.conf");
    copySettings("storage.conf");
    String archive = home.resolve("image.tar").toString();
    Engine.ok("save", "--quiet", "--output", archive, image);
    Engine.ok(Run.of("chown", "--recursive", USER, home.toString()));
    Files.setPosixFilePermissions(
        home.resolve("run"), PosixFilePermissions.fromString("rwx------"));
    Engine.ok(podman(List.of("load", "--quiet", "--input", archive)));
  }

  private static void copySettings(String file) throws Exception {
    String settings = Files.readString(Engine.DIRECTORY.resolve(file));
    Files.writeString(
        home.resolve(file), settings.replace(Engine.DIRECTORY.toString(), home.toString()));
  }

  /** What an ordinary user's podman leaves is a process that holds his namespaces. */
  @AfterAll
  static void removeUser() throws Exception {
    if (home != null) {
      endProcesses();
      Engine.ok(Run.of("rm", "-rf", "--one-file-system", home.toString()));
      Engine.ok(Run.of("userdel", USER));
    }
  }

  private static void removeUserOfARunThatWasKilled() throws Exception {
    if (Run.of("id", USER).go().exitCode() == 0) {
      endProcesses();
      Engine.ok(Run.of("userdel", USER));
    }
  }

  private static void endProcesses() throws Exception {
    Run.of("pkill", "-KILL", "-U", USER).go();
    Container.waitUntil(() -> Run.of("pgrep", "-U", USER).go().exitCode() == 1, "their end");
  }

  private static Run podman(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("runuser", "-u", USER, "--", "podman"));
    command.addAll(arguments);
    return Run.of(command)
        .in(home)
        .with("HOME", home.toString())
        .with("XDG_RUNTIME_DIR", home.resolve("run").toString())
        .with("CONTAINERS_CONF", home.resolve("containers.conf").toString())
        .with("CONTAINERS_STORAGE_CONF", home.resolve("storage.conf").toString());
  }

  private static Container.Seen look(FrontEnd frontEnd, String... options) throws Exception {
    return Container.look(
        RootlessIT::podman,
        home,
        Arrays.asList(options),
        image,
        frontEnd.command(BASE.java(), "WhoAmI"));
  }

  @ParameterizedTest
  @EnumSource(FrontEnd.class)
  void rootIsWarnedAboutOrSteppedDown(FrontEnd frontEnd) throws Exception {
    Container.Seen seen = look(frontEnd);
    assertEquals(0, seen.exitCode(), seen.toString());
    if (frontEnd.onlyChecks()) {
      assertTrue(errors(seen).get(0).endsWith(" [userns-root]"), seen.toString());
      assertUid(0, uid, seen);
    } else {
      assertEquals(List.of(), errors(seen));
      assertUid(10001, firstSubordinate + 10001 - 1, seen);
    }
  }

  @ParameterizedTest
  @EnumSource(FrontEnd.class)
  void anotherUserIsLeftAlone(FrontEnd frontEnd) throws Exception {
    assertLeftAlone(1001, firstSubordinate + 1001 - 1, look(frontEnd, "--user", "1001:1001"));
  }

  @ParameterizedTest
  @EnumSource(FrontEnd.class)
  void hisOwnUidIsLeftAlone(FrontEnd frontEnd) throws Exception {
    assertLeftAlone(uid, uid, look(frontEnd, "--userns", "keep-id"));
  }

  /** Where root is the only one, there is nobody to step down to. */
  @ParameterizedTest
  @EnumSource(
      value = FrontEnd.class,
      names = {"JAR_STEPS_DOWN", "LIBRARY_STEPS_DOWN", "BINARY", "LAUNCHER_JAR"})
  void rootWithoutOthersIsRefused(FrontEnd frontEnd) throws Exception {
    Container.Seen seen = look(frontEnd, "--uidmap", "0:0:1", "--gidmap", "0:0:1");
    assertEquals(frontEnd.isLauncher() ? 125 : 77, seen.exitCode(), seen.toString());
    assertEquals(List.of(), seen.lines(), "the application does not run");
    assertTrue(
        errors(seen).get(0).contains("its user namespace does not map uid 10001"), seen.toString());
  }

  /** Without what podman itself warns of. */
  private static List<String> errors(Container.Seen seen) {
    return seen.errors().stream().filter(line -> !line.startsWith("time=")).toList();
  }

  private static void assertLeftAlone(int inside, int outside, Container.Seen seen) {
    assertEquals(0, seen.exitCode(), seen.toString());
    assertEquals(List.of(), errors(seen));
    assertUid(inside, outside, seen);
  }

  private static void assertUid(int inside, int outside, Container.Seen seen) {
    assertStartsWith(inside, seen.inside().toString(), seen);
    assertStartsWith(outside, seen.outside().toString(), seen);
  }

  private static void assertStartsWith(int id, String kinds, Container.Seen seen) {
    String expected = "[Uid:" + (" " + id).repeat(4) + "; ";
    assertTrue(kinds.startsWith(expected), () -> expected + " in " + seen);
  }
}
