package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.CLibrary;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Root runs no code of the application's, nor of who can write where libraries are looked for. */
class AgentForeignCodeIT {
  private static final String JARS = "dev.nonroot.dist.agent.TestedJvm#withJar";
  private static final String DROP = "action=drop,user=10001";
  private static final String PROVIDERS = "dev.nonroot.dist.app.Providers$";
  private static final String STUB = "libjffi-1.2.so";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  private static Path directory(String name, String mode) throws IOException {
    Path directory = Files.createTempDirectory(Open.directory(), name);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    return directory;
  }

  /** The jars with nothing beside them. */
  private static Path alone() throws IOException {
    Path directory = directory("alone", "rwxr-xr-x");
    for (String jar : List.of("nonroot-agent.jar", "nonroot-launcher.jar")) {
      Files.copy(Open.tree().resolve(jar), directory.resolve(jar));
    }
    return directory;
  }

  private static Run run(TestedJvm jvm, Path tree, String... options) {
    List<String> command = new ArrayList<>(List.of(jvm.java().toString(), TestedJvm.SHORT_LIFE));
    command.addAll(List.of(options));
    command.addAll(List.of(jvm.agent(tree, DROP), "-cp", Open.classes().toString()));
    command.add("dev.nonroot.dist.app.WhoAmI");
    return Run.of(command);
  }

  private static void assertDrops(Run run) throws Exception {
    Run.Result result = run.go();
    assertTrue(
        result.stdout().startsWith("static initializer\n" + AgentDropIT.DROPPED),
        result.toString());
    assertEquals(List.of(), result.errors());
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void noLibraryOfASearchPathIsLoaded(TestedJvm jvm) throws Exception {
    Path plant = directory("plant", "rwxr-xr-x");
    Files.copy(CLibrary.of("planted"), plant.resolve(STUB));
    for (Path tree : List.of(Open.tree(), alone())) {
      assertDrops(run(jvm, tree).with("LD_LIBRARY_PATH", plant.toString()));
      for (String property :
          List.of("java.library.path", "jffi.boot.library.path", "jffi.extract.dir")) {
        assertDrops(run(jvm, tree, "-D" + property + "=" + plant, "-Djffi.extract.name=" + STUB));
      }
      Run.Result launched =
          Run.of(
                  List.of(
                      jvm.java().toString(),
                      "-jar",
                      tree.resolve("nonroot-launcher.jar").toString(),
                      "exec",
                      "-u",
                      "10001",
                      "--",
                      "id",
                      "-u"))
              .with("LD_LIBRARY_PATH", plant.toString())
              .go();
      assertEquals("10001\n", launched.stdout(), launched.toString());
    }
  }

  /** As beside a jar in /tmp. */
  @ParameterizedTest
  @MethodSource(JARS)
  void noLibraryBesideTheJarIsLoadedThatSomebodyElseHasPutThere(TestedJvm jvm) throws Exception {
    Path tree = alone();
    Path stubs = Files.createDirectories(tree.resolve("lib/x86_64"));
    Path planted = CLibrary.of("planted");
    Files.copy(planted, tree.resolve("lib/libnonroot-calls.so"));
    Files.copy(planted, stubs.resolve(STUB));
    Run.Result given = Run.of("chown", "-R", "10002", tree.resolve("lib").toString()).go();
    assertEquals(0, given.exitCode(), given.toString());
    assertDrops(run(jvm, tree));
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void noProviderOfTheApplicationIsStarted(TestedJvm jvm) throws Exception {
    Path security = Open.file("security", "security.provider.1=" + PROVIDERS + "Security\n");
    for (Path tree : List.of(Open.tree(), alone())) {
      for (String option :
          List.of(
              "-Djava.nio.file.spi.DefaultFileSystemProvider=" + PROVIDERS + "Files",
              "-Djava.util.logging.manager=" + PROVIDERS + "Logs",
              "-Djava.protocol.handler.pkgs=dev.nonroot.dist.app.protocol",
              "-Djava.security.properties=" + security)) {
        int feature = Tree.featureOf(jvm.java());
        if (feature >= 22 && feature < 25 && !tree.equals(Open.tree())) {
          continue; // there java.lang.foreign would start it, and is not called
        }
        assertDrops(run(jvm, tree, option));
      }
    }
  }

  /** Nor is it asked who owns a policy file. */
  @ParameterizedTest
  @MethodSource(JARS)
  void norByAPolicyFile(TestedJvm jvm) throws Exception {
    Path policy = Open.file("policy", "action=refuse\n");
    Run.Result result =
        Run.of(
                List.of(
                    jvm.java().toString(),
                    "-Djava.nio.file.spi.DefaultFileSystemProvider=" + PROVIDERS + "Files",
                    jvm.agent("config=" + policy),
                    "-cp",
                    Open.classes().toString(),
                    "dev.nonroot.dist.app.WhoAmI"))
            .go();
    // Open.directory() is root's, in /tmp, where the sticky bit is
    assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), result.errors());
    assertEquals("", result.stdout());
    assertEquals(77, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void nothingIsUnpackedToWhereOthersCanReplaceIt(TestedJvm jvm) throws Exception {
    Path open = directory("open", "rwxrwxrwx");
    Run.Result result = run(jvm, alone(), "-Djava.io.tmpdir=" + open).in(open).go();
    if (Tree.featureOf(jvm.java()) < 22) {
      assertEquals("", result.stdout());
      String reason = open + " (others can replace what is in " + open + ")";
      assertTrue(result.errors().get(0).contains(reason + " or " + reason), result.toString());
      assertEquals(77, result.exitCode());
    } else {
      assertTrue(result.stdout().contains(AgentDropIT.DROPPED), result.toString());
    }
    try (var left = Files.list(open)) {
      assertFalse(left.findAny().isPresent());
    }
  }
}
