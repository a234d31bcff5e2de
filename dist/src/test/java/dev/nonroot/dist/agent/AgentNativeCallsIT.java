package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Network;
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

/** How the jar calls the C library: by a library beside it, and without that all the same. */
class AgentNativeCallsIT {
  private static final String JARS = "dev.nonroot.dist.agent.TestedJvm#withJar";
  private static final String DROP = "action=drop,user=10001";
  private static final String OWN = "java.lang.NonrootCalls ";
  private static final String FOREIGN = "jdk.internal.foreign.abi.DowncallLinker ";
  private static final String JFFI = "com.kenai.jffi.Invoker ";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  /** A directory with the jar, and nothing or no library of that kind beside it. */
  private static Path jar(String name, byte[] library) throws IOException {
    Path directory = Files.createTempDirectory(Open.directory(), name);
    Path lib = Files.createDirectory(directory.resolve("lib"));
    for (Path each : List.of(directory, lib)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.copy(Open.agentJar(), directory.resolve("nonroot-agent.jar"));
    if (library != null) {
      Files.write(lib.resolve("libnonroot-calls.so"), library);
    }
    return directory;
  }

  private static List<String> command(TestedJvm jvm, Path tree, String options, String... more) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(jvm.java().toString(), jvm.agent(tree, options), "-Xcheck:jni"));
    command.addAll(List.of("-cp", Open.classes().toString(), "-Xlog:class+load:file=" + log()));
    command.add("dev.nonroot.dist.app." + more[0]);
    command.addAll(List.of(more).subList(1, more.length));
    return command;
  }

  private static Path log() {
    return Open.directory().resolve("classes.log");
  }

  private static void assertSteps(TestedJvm jvm, Path tree, String expected) throws Exception {
    Run.Result result = Run.of(command(jvm, tree, DROP, "WhoAmI")).go();
    assertTrue(result.stdout().contains(AgentDropIT.DROPPED), result.toString());
    assertEquals(List.of(), result.errors());
    assertEquals(0, result.exitCode());
    String loaded = Files.readString(log());
    for (String each : List.of(OWN, FOREIGN, JFFI)) {
      assertEquals(each.equals(expected), loaded.contains(each), each + " on " + jvm);
    }
  }

  private static String otherThanOwn(TestedJvm jvm) throws IOException {
    return Tree.featureOf(jvm.java()) >= 22 ? FOREIGN : JFFI;
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void theLibraryIsAllThatIsLoaded(TestedJvm jvm) throws Exception {
    Root.required(
        Files.exists(Open.tree().resolve("lib/libnonroot-calls.so")),
        "needs lib/libnonroot-calls.so, which -DskipNative leaves out");
    assertSteps(jvm, Open.tree(), OWN);
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void theJarAloneStepsDownToo(TestedJvm jvm) throws Exception {
    assertSteps(jvm, jar("alone", null), otherThanOwn(jvm));
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void aLibraryOfAnotherKindIsPassedOver(TestedJvm jvm) throws Exception {
    String other = System.getProperty("os.arch").equals("aarch64") ? "x86_64" : "aarch64";
    Path library = Open.tree().resolve("lib/" + other + "/libjffi-1.2.so");
    Path tree = jar("other", Files.readAllBytes(library));
    Run.Result result = Run.of(command(jvm, tree, DROP, "WhoAmI")).go();
    assertTrue(result.stdout().contains(AgentDropIT.DROPPED), result.toString());
    assertEquals(List.of(), result.errors());
    assertTrue(Files.readString(log()).contains(otherThanOwn(jvm)));
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void theJarAloneWaitsAndDeniesToo(TestedJvm jvm) throws Exception {
    String options = DROP + ",drop-after=bind:843,spawn=deny";
    List<String> command =
        command(jvm, jar("later", null), options, "Steps", "ServerSocket=843", "sleep=1");
    Run.Result result = Run.of(Network.own(command)).go();
    assertTrue(result.stdout().contains("sleep=1 ok" + AgentLateDropIT.USER), result.toString());
    assertEquals(List.of(), result.errors());
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void aNoexecMountIsNoObstacle(TestedJvm jvm) throws Exception {
    String noexec = "mount --bind " + Open.tree() + " " + Open.tree();
    noexec += "; mount -o remount,bind,noexec " + Open.tree();
    Run.Result result =
        AgentRun.inNamespace(noexec, command(jvm, Open.tree(), DROP, "WhoAmI")).go();
    assertTrue(result.stdout().contains(AgentDropIT.DROPPED), result.toString());
    assertEquals(List.of(), result.errors());
  }
}
