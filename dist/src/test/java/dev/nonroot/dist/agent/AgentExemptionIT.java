package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An image whose JAVA_TOOL_OPTIONS refuses root can still be built as root. */
class AgentExemptionIT {
  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  private static Run under(TestedJvm jvm, String options, String tool, String... args) {
    List<String> command = new ArrayList<>(List.of(jvm.tool(tool)));
    command.addAll(List.of(args));
    return Run.of(command).with("JAVA_TOOL_OPTIONS", jvm.agent(options));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void toolsOfTheJdkRunAsRoot(TestedJvm jvm) throws Exception {
    Path work = Files.createTempDirectory("nonroot-tools");
    Path source = Files.writeString(work.resolve("A.java"), "class A {}");
    String store = work.resolve("store").toString();
    List<List<String>> tools =
        List.of(
            List.of("java", "-version"),
            List.of("java", "--version"),
            List.of("java", "-XshowSettings:vm", "-version"),
            List.of("javac", "-d", work.toString(), source.toString()),
            List.of("jar", "--create", "--file", work + "/a.jar", "-C", work.toString(), "A.class"),
            List.of("javap", "-cp", work.toString(), "A"),
            List.of("jcmd", "-l"),
            List.of("jps"),
            List.of("jlink", "--version"),
            List.of("jdeps", work + "/a.jar"),
            List.of(
                "keytool",
                "-genkeypair",
                "-keystore",
                store,
                "-storepass",
                "secret",
                "-dname",
                "CN=a",
                "-keyalg",
                "EC"));
    for (List<String> tool : tools) {
      String[] args = tool.subList(1, tool.size()).toArray(new String[0]);
      Run.Result result = under(jvm, "", tool.get(0), args).go();
      assertEquals(0, result.exitCode(), result.toString());
      assertTrue(!result.stderr().contains("nonroot:"), result.toString());
    }
    assertEquals(77, under(jvm, "exempt=none", "java", "-version").go().exitCode());
    assertEquals(77, under(jvm, "exempt=none", "javac", "-version").go().exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aToolDoesNotFailByItsConfiguration(TestedJvm jvm) throws Exception {
    List<String> version = List.of(jvm.java().toString(), "-version");
    for (String options : List.of("", "min-uid=x", "spawn=deny,x=y")) {
      Run run = Run.of(version).with("NONROOT_USR", "1000");
      Run.Result result = run.with("JAVA_TOOL_OPTIONS", jvm.agent(options)).go();
      assertEquals(0, result.exitCode(), result.toString());
      assertTrue(!result.stderr().contains("nonroot:"), result.toString());
    }
    Run.Result checked = under(jvm, "exempt=none,min-uid=x", "java", "-version").go();
    assertEquals(78, checked.exitCode(), checked.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void jshellRunsItsSnippetsAsRoot(TestedJvm jvm) throws Exception {
    Run.Result result =
        under(jvm, "", "jshell", "-s", "-")
            .stdin("System.out.println(20 + 22)\n".getBytes(StandardCharsets.US_ASCII))
            .go();
    assertEquals("42\n", result.stdout(), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aProgramThatTheCompilerRunsIsNoTool(TestedJvm jvm) throws Exception {
    Path source =
        Open.file(
            "Source" + Tree.featureOf(jvm.java()) + ".java",
            "class Source { public static void main(String[] a) { System.out.println(1); } }");
    Run.Result result = under(jvm, "", "java", source.toString()).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void theLauncherRunsAsRootAndWhatItLaunchesPasses(TestedJvm jvm) throws Exception {
    Run.Result result =
        Run.of(
                jvm.java().toString(),
                "-jar",
                Open.tree().resolve("nonroot-launcher.jar").toString(),
                "exec",
                "-u",
                "10001",
                "--",
                jvm.java().toString(),
                "-cp",
                Open.classes().toString(),
                "dev.nonroot.dist.app.WhoAmI")
            .with("JAVA_TOOL_OPTIONS", jvm.agent(""))
            .go();
    assertEquals(0, result.exitCode(), result.toString());
    assertTrue(result.stdout().contains("all Uid: 10001 10001 10001 10001;"), result.toString());
    assertEquals(List.of(), result.errors());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void mainClassesAndJarsCanBeExempt(TestedJvm jvm) throws Exception {
    String main = "dev.nonroot.dist.app.Exits";
    assertEquals(0, jvm.run("exempt=" + main, "Exits", "0").exitCode());
    assertEquals(0, jvm.run("exempt=jdk-tools+x+" + main, "Exits", "0").exitCode());
    assertEquals(77, jvm.run("exempt=Exits", "Exits", "0").exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aJarOfTheLaunchersNameIsNotTheLauncher(TestedJvm jvm) throws Exception {
    Path directory = Files.createTempDirectory(Open.directory(), "spoof");
    Path jar = directory.resolve("nonroot-launcher.jar");
    Run.Result packed =
        Run.of(
                jvm.tool("jar"),
                "--create",
                "--file",
                jar.toString(),
                "--main-class",
                "dev.nonroot.dist.app.WhoAmI",
                "-C",
                Open.classes().toString(),
                "dev/nonroot/dist/app")
            .go();
    assertEquals(0, packed.exitCode(), packed.toString());
    Path blank = Files.copy(jar, directory.resolve("nonroot-launcher.jar x.jar"));
    for (Path spoof : List.of(jar, blank)) {
      Run.Result result = under(jvm, "", "java", "-jar", spoof.toString()).go();
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
    }
  }
}
