package dev.nonroot.dist.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images with other versions of Java, with busybox, with Debian's user land, and with neither. */
class ImagesIT {
  private static final int OLDEST_FOR_JARS = 17;

  @BeforeAll
  static void isRoot() throws IOException {
    Root.required();
  }

  /** Every image, and the front ends that its Java can have. */
  static List<Arguments> all() throws IOException {
    List<Base> bases = new ArrayList<>(Base.onBusybox());
    bases.addAll(Base.debian());
    bases.addAll(Base.old());
    List<Arguments> all = new ArrayList<>();
    for (Base base : bases) {
      for (FrontEnd frontEnd : FrontEnd.values()) {
        if (base.feature() >= OLDEST_FOR_JARS || frontEnd.needsNoJar()) {
          all.add(Arguments.of(base, frontEnd));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("all")
  void rootIsRefusedOrSteppedDown(Base base, FrontEnd frontEnd) throws Exception {
    Container.Seen seen =
        Container.look(List.of(), Engine.image(base), frontEnd.command(base.java(), "WhoAmI"));
    if (frontEnd.onlyChecks()) {
      assertEquals(77, seen.exitCode(), seen.toString());
      assertEquals(List.of(), seen.lines(), "the application does not run");
      assertTrue(seen.errors().get(0).endsWith(" [root-uid]"), seen.toString());
    } else {
      assertEquals(0, seen.exitCode(), seen.toString());
      assertEquals(List.of(), seen.errors());
      assertEquals(seen.inside(), seen.outside());
      assertEquals(1, seen.outside().size(), seen.toString());
      assertTrue(
          seen.outside().iterator().next().startsWith("Uid: 10001 10001 10001 10001; "),
          seen.toString());
      assertTrue(seen.lines().contains("user.name=?"), seen.toString());
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("all")
  void whoIsNotRootIsLeftAlone(Base base, FrontEnd frontEnd) throws Exception {
    Container.Seen seen =
        Container.look(
            List.of("--user", "1001:1001"),
            Engine.image(base),
            frontEnd.command(base.java(), "WhoAmI"));
    assertEquals(0, seen.exitCode(), seen.toString());
    assertEquals(List.of(), seen.errors());
    assertEquals(seen.inside(), seen.outside());
    assertTrue(
        seen.outside().iterator().next().startsWith("Uid: 1001 1001 1001 1001; Gid: 1001 "),
        seen.toString());
  }

  /** Byte Buddy's part: root until a port is bound, and never a process. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("forJars")
  void aLaterStepDownAndNoProcesses(Base base) throws Exception {
    Run.Result result =
        Engine.podman(
                "run",
                "--rm",
                Engine.image(base),
                base.java(),
                "-XX:TieredStopAtLevel=1",
                "-javaagent:/opt/nonroot/nonroot-agent.jar=action=drop,user=10001,"
                    + "drop-after=bind:80,drop-deadline=2m,spawn=deny",
                "-cp",
                "/opt/app",
                "dev.nonroot.dist.app.Spawns",
                "ProcessBuilder=a",
                "bind=80",
                "Runtime=b")
            .go();
    List<String> lines = result.stdout().lines().toList();
    assertEquals(4, lines.size(), result.toString());
    assertTrue(lines.get(0).endsWith("must not start processes (spawn=deny)"), lines.get(0));
    assertEquals("bind=80: 80 [Uid:10001 10001 10001 10001]", lines.get(1));
    assertTrue(lines.get(2).endsWith("must not start processes (spawn=deny)"), lines.get(2));
    assertEquals("threads: [NoNewPrivs:1 Seccomp:2]", lines.get(3));
    assertEquals(0, result.exitCode(), result.toString());
  }

  static List<Base> forJars() throws IOException {
    List<Base> bases = new ArrayList<>(Base.onBusybox());
    bases.addAll(Base.debian());
    return bases;
  }

  /** A jar on a Java that is too old for it is an error of configuration, and never a start. */
  @Test
  void theJarSaysThatJava8And11AreTooOld() throws Exception {
    for (Base base : Base.old()) {
      Container.Seen seen =
          Container.look(
              List.of(), Engine.image(base), FrontEnd.JAR_REFUSES.command(base.java(), "WhoAmI"));
      assertEquals(78, seen.exitCode(), seen.toString());
      assertEquals(List.of(), seen.lines(), "the application does not run");
      assertEquals(1, seen.errors().size(), seen.toString());
      assertTrue(seen.errors().get(0).startsWith("nonroot: error: "), seen.toString());
    }
  }

  /** The image for COPY --from has /opt/nonroot, and nothing beside it. */
  @Test
  void theToolsImageHoldsNothingElse() throws Exception {
    String container = Engine.ok("create", Engine.tools(), "/opt/nonroot/bin/nonroot");
    try {
      String tar = Engine.DIRECTORY.resolve("tools.tar").toString();
      Engine.ok("export", "--output", tar, container);
      List<String> files =
          Run.of("tar", "-tf", tar)
              .go()
              .stdout()
              .lines()
              .filter(name -> !name.endsWith("/"))
              .toList();
      assertTrue(files.contains("opt/nonroot/bin/nonroot"), files.toString());
      assertTrue(files.contains("opt/nonroot/lib/libnonroot.so"), files.toString());
      assertTrue(files.contains("opt/nonroot/nonroot-agent.jar"), files.toString());
      List<String> others =
          files.stream().filter(name -> !name.startsWith("opt/nonroot/")).toList();
      assertEquals(List.of(), others);
    } finally {
      Engine.ok("rm", container);
    }
  }

  /** An image of the tools alone runs: bin/nonroot is static. */
  @Test
  void theLauncherRunsInAnImageOfItself() throws Exception {
    Run.Result result =
        Engine.podman("run", "--rm", Engine.tools(), "/opt/nonroot/bin/nonroot", "--version").go();
    assertEquals(0, result.exitCode(), result.toString());
    assertTrue(result.stdout().startsWith("nonroot "), result.toString());
    Run.Result step =
        Engine.podman(
                "run",
                "--rm",
                Engine.tools(),
                "/opt/nonroot/bin/nonroot",
                "-u",
                "10001",
                "--dry-run",
                "true")
            .go();
    assertEquals(0, step.exitCode(), step.toString());
  }
}
