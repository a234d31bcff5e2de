package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.CLibrary;
import dev.nonroot.dist.FakeProc;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No /tmp to unpack to, no /usr/bin/id, no /proc or one that lies, threads that differ: root is
 * refused or steps down, and never runs on.
 */
class AgentHostileSystemIT {
  private static final String NO_ID = "mount --bind /dev/null /usr/bin/id";

  private static final String THREAD =
      "nonroot: refused: thread \\d+ is not who the process is: this JVM runs as root \\(uid 0\\)"
          + " \\[root-uid]";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  /** Everything but the script's directory, which the JVM has to be read from, is out of reach. */
  private static String tmp(String options) {
    return "mkdir -p /mnt; mount -t tmpfs none /mnt; mkdir /mnt/it;"
        + " mount --bind "
        + Open.directory()
        + " /mnt/it;"
        + " mount -t tmpfs -o "
        + options
        + " none /tmp; "
        + NO_ID;
  }

  private static List<String> moved(TestedJvm jvm, String options, String main) {
    return moved(jvm, Path.of("/mnt/it/nonroot"), options, main);
  }

  private static List<String> moved(TestedJvm jvm, Path tree, String options, String main) {
    return List.of(
        jvm.java().toString(),
        jvm.agent(tree, options),
        "-cp",
        "/mnt/it/classes",
        "dev.nonroot.dist.app." + main);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aReadOnlyOrNoexecTmpChangesNothing(TestedJvm jvm) throws Exception {
    for (String options : List.of("ro", "noexec", "ro,noexec,nosuid,nodev")) {
      Run.Result refused = AgentRun.inNamespace(tmp(options), moved(jvm, "", "WhoAmI")).go();
      assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), refused.errors());
      assertEquals(77, refused.exitCode());
      Run.Result dropped =
          AgentRun.inNamespace(tmp(options), moved(jvm, "action=drop,user=10001", "WhoAmI")).go();
      assertEquals(0, dropped.exitCode(), dropped.toString());
      assertTrue(dropped.stdout().contains("all Uid: 10001 10001 10001 10001;"));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theJarAloneStepsDownOrRefusesWhereNothingCanBeUnpacked(TestedJvm jvm) throws Exception {
    Path alone = Files.createTempDirectory(Open.directory(), "alone");
    Files.copy(Open.agentJar(), alone.resolve("nonroot-agent.jar"));
    Run.Result result =
        AgentRun.inNamespace(
                // the working directory is where jffi unpacks itself as a last resort
                tmp("ro,noexec") + "; cd /proc; mount -o remount,bind,ro /mnt/it",
                moved(
                    jvm,
                    Path.of("/mnt/it", alone.getFileName().toString()),
                    "action=drop,user=10001",
                    "WhoAmI"))
            .go();
    if (Tree.featureOf(jvm.java()) >= 22) {
      assertTrue(result.stdout().contains("all Uid: 10001 10001 10001 10001;"), result.toString());
    } else {
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertTrue(
          result
              .errors()
              .get(0)
              .startsWith(
                  "nonroot: refused: this JVM runs as root (uid 0), and cannot step down: jffi"),
          result.toString());
      assertEquals(2, result.errors().size());
    }
  }

  /** Without /proc the dynamic linker does not find the JVM's libraries by itself. */
  private static Run withoutProc(TestedJvm jvm, List<String> command) {
    Path lib = jvm.java().getParent().resolveSibling("lib");
    return AgentRun.inNamespace("mount -t tmpfs none /proc; " + NO_ID, command)
        .with("LD_LIBRARY_PATH", lib.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void withoutProcSystemCallsAreAsked(TestedJvm jvm) throws Exception {
    Run.Result refused = withoutProc(jvm, jvm.command("", "Exits", "0")).go();
    assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), refused.errors(), refused.toString());
    assertEquals(77, refused.exitCode());
    Run.Result dropped = withoutProc(jvm, jvm.command("action=drop,user=10001", "Exits", "0")).go();
    assertEquals(77, dropped.exitCode(), dropped.toString());
    assertTrue(
        dropped.errors().get(0).contains("cannot step down: /proc/self/task"), dropped.toString());
    Run.Result user =
        withoutProc(
                jvm,
                AgentRefuseIT.concat(
                    List.of("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"),
                    jvm.command("", "Exits", "0")))
            .go();
    // the dynamic linker drops LD_LIBRARY_PATH for nobody here: setpriv changes ids before the exec
    assertEquals(0, user.exitCode(), user.toString());
    assertEquals(List.of(), user.errors());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void anUnreadableStatusIsAnUnknownIdentity(TestedJvm jvm) throws Exception {
    String masked = "mount --bind /dev/null /proc/$$/status";
    Run.Result result = AgentRun.inNamespace(masked, jvm.command("", "WhoAmI")).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertTrue(result.errors().get(0).startsWith("nonroot: refused: who this JVM runs as cannot"));
    assertTrue(result.errors().get(0).endsWith("[unknown-identity]"), result.toString());
    Run.Result dropped =
        AgentRun.inNamespace(masked, jvm.command("action=drop,user=1", "WhoAmI")).go();
    assertEquals(77, dropped.exitCode(), dropped.toString());
    assertEquals("", dropped.stdout());
  }

  private static void assertUnknown(Run.Result result) {
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertTrue(result.errors().get(0).endsWith("[unknown-identity]"), result.toString());
    assertEquals(2, result.errors().size(), result.toString());
  }

  /** The host's root, whom a user namespace without a map shows as 65534. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void withoutProcNobodyKnowsWhoTheOverflowUidIs(TestedJvm jvm) throws Exception {
    for (String options : List.of("", "action=drop,user=10001")) {
      List<String> command = jvm.command(options, "Exits", "0");
      assertUnknown(withoutProc(jvm, AgentRefuseIT.concat(List.of("unshare", "-U"), command)).go());
    }
  }

  /** A status of a user's, in a file of another file system. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aStatusThatIsNotTheKernelsIsAnUnknownIdentity(TestedJvm jvm) throws Exception {
    for (String options : List.of("", "action=drop,user=10001")) {
      List<String> command = jvm.command(options, "Exits", "0");
      assertUnknown(AgentRun.inNamespace(FakeProc.status(), command).go());
      assertUnknown(
          AgentRun.inNamespace(FakeProc.whole(), command)
              .with("LD_LIBRARY_PATH", jvm.java().getParent().resolveSibling("lib").toString())
              .go());
    }
  }

  /** The kernel's status of another process: the jar, which asks no system call, believes it. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void aStatusOfSomebodyElseIsAnUnknownIdentity(TestedJvm jvm) throws Exception {
    assertUnknown(AgentRun.inNamespace(FakeProc.ofAnother(), jvm.command("", "Exits", "0")).go());
  }

  /** A program that gives root up on its first thread alone, and makes the JVM on another one. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aJvmOnAThreadThatIsRootIsRefused(TestedJvm jvm) throws Exception {
    for (String options : List.of("", "action=drop,user=1000")) {
      Run.Result result = withThreads("main", jvm, options);
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
    }
  }

  /** The jar in the plain case looks at the first thread, and at the one that becomes main. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void anotherThreadThatIsRootIsFound(TestedJvm jvm) throws Exception {
    for (String options :
        List.of(
            "profile=restricted", "action=drop,user=1000:1000", jvm.isJar() ? "min-uid=1" : "")) {
      Run.Result result = withThreads("other", jvm, options);
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertTrue(result.stderr().lines().anyMatch(line -> line.matches(THREAD)), result.toString());
    }
  }

  private static Run.Result withThreads(String mode, TestedJvm jvm, String options)
      throws Exception {
    return Run.of(jvm.command(options, "Exits", "0"))
        .with("LD_PRELOAD", CLibrary.of("threads").toString())
        .with("THREADS", mode)
        .go();
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void withNeitherProcNorNativeAccessNobodyKnows(TestedJvm jvm) throws Exception {
    if (Tree.featureOf(jvm.java()) >= 22) {
      return; // there native access needs nothing that could be missing
    }
    Path alone = Files.createTempDirectory(Open.directory(), "nowhere");
    Files.copy(Open.agentJar(), alone.resolve("nonroot-agent.jar"));
    Run.Result result =
        withoutProc(
                jvm,
                List.of(
                    jvm.java().toString(),
                    "-Djava.io.tmpdir=/sys", // not writable; JDK 21 warns if it does not exist
                    "-Duser.dir=/nonexistent",
                    "-Djffi.extract.dir=/nonexistent",
                    jvm.agent(alone, ""),
                    "-cp",
                    Open.classes().toString(),
                    "dev.nonroot.dist.app.Exits",
                    "0"))
            .go();
    assertEquals(77, result.exitCode(), result.toString());
    assertTrue(result.errors().get(0).endsWith("[unknown-identity]"), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void noClassOfTheApplicationRunsAsRoot(TestedJvm jvm) throws Exception {
    Path evil = Files.createTempDirectory(Open.directory(), "evil");
    Path source = evil.resolve("com/kenai/jffi/internal/StubLoader.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        "package com.kenai.jffi.internal; public class StubLoader {"
            + " static { System.out.println(\"evil\"); }"
            + " public static boolean isLoaded() { return true; } }");
    Run.Result compiled = Run.of(jvm.tool("javac"), source.toString()).go();
    assertEquals(0, compiled.exitCode(), compiled.toString());
    Run.Result result =
        runReadable(
            evil,
            jvm.java().toString(),
            jvm.agent("action=drop,user=10001"),
            "-cp",
            evil + ":" + Open.classes(),
            "dev.nonroot.dist.app.WhoAmI");
    assertTrue(result.stdout().startsWith("static initializer\nall Uid: 10001"), result.toString());
    assertFalse(result.stdout().contains("evil"), result.toString());
  }

  /** Runs a command once everybody can read a directory. */
  private static Run.Result runReadable(Path directory, String... command) throws Exception {
    Run.Result chmod = Run.of("chmod", "-R", "a+rX", directory.toString()).go();
    assertEquals(0, chmod.exitCode(), chmod.toString());
    return Run.of(command).go();
  }

  /** Then what is above the system class loader is the application's class path. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void noneDoesWithASystemClassLoaderOfTheApplicationsEither(TestedJvm jvm) throws Exception {
    Path evil = Files.createTempDirectory(Open.directory(), "evil");
    List<String> javac = new ArrayList<>(List.of(jvm.tool("javac"), "-d", evil.toString()));
    for (String name :
        List.of("com.kenai.jffi.internal.StubLoader", "net.bytebuddy.jar.asm.Label")) {
      Path source = evil.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
      Files.writeString(
          source,
          "package "
              + name.substring(0, name.lastIndexOf('.'))
              + "; public class "
              + name.substring(name.lastIndexOf('.') + 1)
              + " { static { System.out.println(\"evil\"); } }");
      javac.add(source.toString());
    }
    Path loader = evil.resolve("Loader.java");
    Files.writeString(
        loader,
        "public class Loader extends java.net.URLClassLoader {"
            + " public Loader(ClassLoader parent) { super(new java.net.URL[0], parent); }"
            + " void appendToClassPathForInstrumentation(String jar) throws Exception {"
            + " addURL(new java.io.File(jar).toURI().toURL()); } }");
    javac.add(loader.toString());
    assertEquals(0, Run.of(javac).go().exitCode());
    Run.Result result =
        runReadable(
            evil,
            jvm.java().toString(),
            "-Djava.system.class.loader=Loader",
            jvm.agent("action=drop,user=10001,spawn=warn"),
            "-cp",
            evil + ":" + Open.classes(),
            "dev.nonroot.dist.app.WhoAmI");
    assertTrue(result.stdout().contains("static initializer\nall Uid: 10001"), result.toString());
    assertFalse(result.stdout().contains("evil"), result.toString());
  }
}
