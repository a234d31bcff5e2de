package dev.nonroot.dist.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every identity with which an engine starts a container, with every front end, in every kind of
 * file system. What the process says of itself has to be what this machine's kernel shows of it.
 */
@Execution(ExecutionMode.CONCURRENT)
class MatrixIT {
  private static final Base BASE = Base.running();
  private static final String NONE = "0000000000000000";

  @BeforeAll
  static void makeImages() throws Exception {
    Root.required();
    for (FileSystem fileSystem : FileSystem.values()) {
      fileSystem.image(BASE);
    }
  }

  static List<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    for (Identity identity : Identity.values()) {
      for (FrontEnd frontEnd : FrontEnd.values()) {
        for (FileSystem fileSystem : FileSystem.values()) {
          all.add(Arguments.of(identity, frontEnd, fileSystem));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("all")
  void isWhatItShouldBe(Identity identity, FrontEnd frontEnd, FileSystem fileSystem)
      throws Exception {
    List<String> options = identity.options();
    options.addAll(fileSystem.options());
    Container.Seen seen =
        Container.look(options, fileSystem.image(BASE), frontEnd.command(BASE.java(), "WhoAmI"));
    Identity.Start start = identity.start();
    if (start.isRoot() && frontEnd.onlyChecks() && !start.inUserNamespace()) {
      assertEnded(seen, 77, "nonroot: refused: this JVM runs as root (uid 0) [root-uid]");
    } else if (start.isRoot() && frontEnd.onlyChecks()) {
      assertRunsAsItIs(seen, identity, frontEnd, fileSystem);
      assertSays(seen, "[userns-root]", "[capabilities]");
    } else if (start.isRoot() && !start.canStepDown()) {
      assertCannot(seen, frontEnd);
    } else if (start.isRoot() && fileSystem == FileSystem.NO_TASKS && !frontEnd.isLauncher()) {
      assertEnded(seen, 71, "nonroot: error: step-down failed: /proc/self/task lists no thread");
    } else if (start.isRoot()) {
      assertEquals(0, seen.exitCode(), seen.toString());
      assertEquals(List.of(), seen.errors());
      assertAre(seen, identity, fileSystem, 10001, 10001, true);
    } else {
      assertRunsAsItIs(seen, identity, frontEnd, fileSystem);
      if (start.holdsCapability() && !frontEnd.isLauncher()) {
        assertSays(seen, "holds capabilities: NET_BIND_SERVICE [capabilities]");
      } else {
        assertEquals(List.of(), seen.errors());
      }
    }
  }

  private static void assertEnded(Container.Seen seen, int exitCode, String firstLine) {
    assertEquals(exitCode, seen.exitCode(), seen.toString());
    assertEquals(firstLine, seen.errors().isEmpty() ? "" : seen.errors().get(0));
    assertEquals(List.of(), seen.lines(), "the application does not run");
  }

  private static void assertCannot(Container.Seen seen, FrontEnd frontEnd) {
    String lacks = "it lacks CAP_SETUID or CAP_SETGID";
    assertEquals(frontEnd.isLauncher() ? 125 : 77, seen.exitCode(), seen.toString());
    assertEquals(List.of(), seen.lines(), "the application does not run");
    assertTrue(seen.errors().get(0).contains(lacks), seen.toString());
    assertTrue(String.join("\n", seen.errors()).contains("docker run --user"), seen.toString());
  }

  private static void assertSays(Container.Seen seen, String... parts) {
    for (String part : parts) {
      assertTrue(seen.errors().stream().anyMatch(line -> line.contains(part)), seen.toString());
    }
    assertTrue(
        seen.errors().stream().allMatch(line -> line.matches("nonroot: (warning|fix): .*")),
        seen.toString());
  }

  /** A launcher switches new privileges off for somebody who is no root, too. */
  private static void assertRunsAsItIs(
      Container.Seen seen, Identity identity, FrontEnd frontEnd, FileSystem fileSystem) {
    assertEquals(0, seen.exitCode(), seen.toString());
    boolean noNewPrivileges = identity.isWithoutNewPrivileges() || frontEnd.isLauncher();
    assertAre(
        seen,
        identity,
        fileSystem,
        identity.start().uid(),
        identity.start().gid(),
        noNewPrivileges);
  }

  /** All threads, seen from inside and from outside. */
  private static void assertAre(
      Container.Seen seen,
      Identity identity,
      FileSystem fileSystem,
      int uid,
      int gid,
      boolean noNewPrivileges) {
    assertEquals(1, seen.outside().size(), seen.toString());
    String kernel = seen.outside().iterator().next();
    String ids = ids(uid + identity.offset(), gid + identity.offset());
    assertTrue(kernel.startsWith(ids), () -> ids + " in " + seen);
    if (uid == 10001) {
      assertTrue(kernel.startsWith(ids + " " + (gid + identity.offset()) + "; "), kernel);
    }
    assertTrue(kernel.endsWith("NoNewPrivs: " + (noNewPrivileges ? 1 : 0) + "; "), kernel);
    boolean holds = identity.start().holdsCapability() || uid == 0;
    assertEquals(!holds, kernel.contains("CapPrm: " + NONE + "; CapEff: " + NONE), kernel);
    if (fileSystem == FileSystem.NO_TASKS) {
      assertEquals(Set.of(), seen.inside(), "what it cannot see");
    } else {
      assertEquals(Set.of(inside(kernel, identity.offset())), seen.inside());
    }
  }

  /** What the process sees where this machine's kernel shows that. */
  private static String inside(String outside, int offset) {
    return Pattern.compile("(?<=[ :])\\d+(?=[ ;].*CapInh)")
        .matcher(outside)
        .replaceAll(id -> String.valueOf(Integer.parseInt(id.group()) - offset));
  }

  /** Groups that an engine gives are not the matter here: none, or the gid. */
  private static String ids(int uid, int gid) {
    return "Uid:" + (" " + uid).repeat(4) + "; Gid:" + (" " + gid).repeat(4) + "; Groups:";
  }
}
