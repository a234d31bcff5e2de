package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bin/nonroot-launcher does before it is a JVM. */
class ScriptIT {
  private static final Path SCRIPT = Open.tree().resolve("bin/nonroot-launcher");

  @TempDir Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  private static Path javaHome() throws IOException {
    return Tree.javas().get(0).getParent().getParent();
  }

  private static Run run(String script, String... args) throws IOException {
    return Run.of(Stream.concat(Stream.of(script), Stream.of(args)).toList())
        .with("JAVA_HOME", javaHome().toString());
  }

  private static void assertSteppedDown(Run run) throws Exception {
    assertEquals("10001\n", assertRuns(run.go()));
  }

  @Test
  void symbolicLinksLeadToIt() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("entry point"), SCRIPT);
    Files.createSymbolicLink(directory.resolve("second"), Path.of("entry point"));
    assertSteppedDown(run(link.toString(), "-u", "10001", "id", "-u"));
    assertSteppedDown(run("./second", "-u", "10001", "id", "-u").in(directory));
    Run byPath = run("env", "second", "-u", "10001", "id", "-u");
    assertSteppedDown(byPath.with("PATH", directory + ":/usr/bin:/bin"));
  }

  /** A file of root's under the same process id would keep jcmd from asking the command. */
  @Test
  void noFileForJcmdIsLeft() throws Exception {
    for (Path java : Tree.javas()) {
      Run.Result result =
          run(SCRIPT.toString(), "-u", "10001", "sh", "-c", "ls /tmp/.java_pid$$")
              .with("JAVA_HOME", java.getParent().getParent().toString())
              .go();
      assertEquals("", result.stdout());
      assertEquals(2, result.exitCode(), result.toString());
    }
  }

  @Test
  void itIsFoundFromItsOwnDirectory() throws Exception {
    assertSteppedDown(run("./nonroot-launcher", "-u", "10001", "id", "-u").in(SCRIPT.getParent()));
    assertSteppedDown(
        run("sh", "nonroot-launcher", "-u", "10001", "id", "-u").in(SCRIPT.getParent()));
  }

  @Test
  void theTreeAndTheJvmMayHaveBlanksInTheirNames() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("non root/bin")).getParent();
    Files.copy(SCRIPT, tree.resolve("bin/nonroot-launcher"));
    Files.setPosixFilePermissions(
        tree.resolve("bin/nonroot-launcher"), Files.getPosixFilePermissions(SCRIPT));
    Files.createSymbolicLink(tree.resolve("nonroot-launcher.jar"), Tree.launcherJar());
    Path home = Files.createSymbolicLink(directory.resolve("java home"), javaHome());
    Run run = run(tree.resolve("bin/nonroot-launcher").toString(), "-u", "10001", "id", "-u");
    assertSteppedDown(run.with("JAVA_HOME", home.toString()));
  }

  @Test
  void withoutJavaHomeTheJavaInPathCounts() throws Exception {
    Run run = run(SCRIPT.toString(), "-u", "10001", "id", "-u").with("JAVA_HOME", null);
    assertSteppedDown(run.with("PATH", javaHome().resolve("bin") + ":/usr/bin:/bin"));
  }

  @Test
  void noJavaIsAnError() throws Exception {
    Run wrong = run(SCRIPT.toString(), "-u", "1", "id").with("JAVA_HOME", "/no where");
    assertFails(
        125,
        "there is no /no where/bin/java: JAVA_HOME has to be the directory of a JVM",
        wrong.go());
    for (String needed : List.of("sh", "readlink")) {
      Files.createSymbolicLink(directory.resolve(needed), Path.of("/bin", needed));
    }
    Run none = run(SCRIPT.toString(), "-u", "1", "id").with("JAVA_HOME", null);
    assertFails(
        125,
        "there is no java: neither JAVA_HOME nor PATH leads to one",
        none.with("PATH", directory.toString()).go());
  }

  /** Two collectors, and the JVM does not start. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void theImagesCollectorWins(String variable) throws Exception {
    Run run = run(SCRIPT.toString(), "-u", "10001", "id", "-u");
    Run.Result result = run.with(variable, "-XX:+UseParallelGC").go();
    assertEquals("10001\n", result.stdout(), result.toString());
    assertEquals(0, result.exitCode());
  }

  @Test
  void noVariableOfTheCallersIsChanged() throws Exception {
    List<String> names = List.of("self", "java", "here", "name", "value", "ignored", "i");
    Run run = run(SCRIPT.toString(), "-u", "10001", "env");
    for (String name : names) {
      run.with(name, "x");
    }
    String output = assertRuns(run.go());
    for (String name : names) {
      assertEquals(1, output.lines().filter((name + "=x")::equals).count(), name + " in " + output);
    }
    assertEquals(0, output.lines().filter(line -> line.startsWith("nonroot_")).count());
  }
}
