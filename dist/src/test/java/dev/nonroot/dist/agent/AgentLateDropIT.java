package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Network;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Root until ports are bound: not longer, and not shorter. */
class AgentLateDropIT {
  static final String DROP = "action=drop,user=10001,drop-after=";
  static final String ROOT = " uids=[0 0 0 0]";
  static final String USER = " uids=[10001 10001 10001 10001]";
  static final String START = "start" + ROOT;

  @BeforeEach
  void root() throws Exception {
    Root.required();
    Root.required(
        Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.exists(Path.of("/sbin/ip")),
        "needs ip, of iproute2");
  }

  static Run.Result run(TestedJvm jvm, String options, String... steps) throws Exception {
    return go(jvm.command(options, "Steps", steps));
  }

  static Run.Result go(List<String> command) throws Exception {
    return Run.of(Network.own(command)).timeout(Duration.ofMinutes(3)).go();
  }

  static void assertSteps(Run.Result result, String... lines) {
    assertEquals(List.of(lines), result.stdout().lines().toList(), result.toString());
    assertEquals(List.of(), result.errors());
    assertEquals(0, result.exitCode());
  }

  static Stream<Arguments> kindsOfSocket() throws Exception {
    List<Arguments> all = new ArrayList<>();
    for (TestedJvm jvm : TestedJvm.withJar()) {
      for (String kind :
          List.of(
              "ServerSocket",
              "ServerSocket4",
              "ServerSocket6",
              "Socket",
              "ServerSocketChannel",
              "AsynchronousServerSocketChannel",
              "DatagramChannel",
              "DatagramSocket",
              "MulticastSocket")) {
        all.add(Arguments.of(jvm, kind, List.of()));
      }
      if (Tree.featureOf(jvm.java()) == 17) {
        all.add(Arguments.of(jvm, "ServerSocket", List.of("-Djdk.net.usePlainSocketImpl=true")));
        all.add(
            Arguments.of(jvm, "DatagramSocket", List.of("-Djdk.net.usePlainDatagramSocketImpl")));
      }
      if (Tree.featureOf(jvm.java()) >= 21) {
        all.add(Arguments.of(jvm, "virtual", List.of()));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("kindsOfSocket")
  void everyKindOfSocketCounts(TestedJvm jvm, String kind, List<String> flags) throws Exception {
    List<String> command = jvm.command(DROP + "bind:843", "Steps", kind + "=843", "threads=");
    List<String> flagged = new ArrayList<>(command);
    flagged.addAll(1, flags);
    assertSteps(go(flagged), START, kind + "=843 ok" + USER, "threads= 0" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void allPortsHaveToBeBound(TestedJvm jvm) throws Exception {
    Path secret = Open.file("secret-" + Tree.featureOf(jvm.java()), "key");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    String read = "read=" + secret;
    assertSteps(
        run(
            jvm,
            DROP + "bind:843+844",
            "ServerSocket=0",
            "ServerSocket=845",
            "ServerSocket=843",
            "ServerSocket=843",
            read,
            "threads=",
            "property=user.name",
            "interrupted=844",
            "ServerSocket=846",
            "ServerSocket=8080",
            read,
            "read=/proc/self/environ",
            "property=user.name"),
        START,
        "ServerSocket=0 ok" + ROOT,
        "ServerSocket=845 ok" + ROOT,
        "ServerSocket=843 ok" + ROOT,
        "ServerSocket=843 java.net.BindException: Address already in use" + ROOT,
        read + " read" + ROOT,
        "threads= 2" + ROOT,
        "property=user.name root" + ROOT,
        "interrupted=844 interrupted=true" + USER,
        "ServerSocket=846 java.net.BindException: Permission denied" + USER,
        "ServerSocket=8080 ok" + USER,
        read + " java.nio.file.AccessDeniedException: " + secret + USER,
        // memory may hold what only root could read: the process is not dumpable
        "read=/proc/self/environ java.nio.file.AccessDeniedException: /proc/self/environ" + USER,
        "property=user.name ?" + USER);
  }

  /** Which Java 17 takes to end a thread, the agent's own among them. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theApplicationMayHoldTheLockOfItsThreadGroup(TestedJvm jvm) throws Exception {
    assertSteps(
        run(jvm, DROP + "bind:843", "inLockedGroup=843"), START, "inLockedGroup=843 ok" + USER);
  }

  /** A cache that was made with the agent has classes of the application in the JVM before it. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aClassOfAnAotCacheCounts(TestedJvm jvm) throws Exception {
    if (Tree.featureOf(jvm.java()) < 25) {
      return;
    }
    Path directory = Files.createTempDirectory(Open.directory(), "aot");
    Path jar = directory.resolve("app.jar");
    assertEquals(
        0,
        Run.of(jvm.tool("jar"), "cf", jar.toString(), "-C", Open.classes().toString(), "dev")
            .go()
            .exitCode());
    Run.Result result = null;
    for (String options : List.of("action=off", DROP + "bind:843,drop-deadline=6s")) {
      String flag = result == null ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=";
      List<String> command = new ArrayList<>(List.of(jvm.java().toString()));
      command.addAll(List.of("-XX:AOTMode=" + (result == null ? "auto" : "on")));
      command.addAll(List.of(flag + directory.resolve("app.aot"), jvm.agent(options), "-cp"));
      command.addAll(List.of(jar.toString(), "dev.nonroot.dist.app.Steps", "shaded=843"));
      result = go(command);
    }
    assertTrue(result.stdout().contains("shaded=843 ok" + USER), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aBindThatFailsDoesNotCount(TestedJvm jvm) throws Exception {
    assertSteps(
        run(jvm, DROP + "bind:843", "bindElsewhere=843", "ServerSocket=843"),
        START,
        "bindElsewhere=843 java.net.BindException: Cannot assign requested address" + ROOT,
        "ServerSocket=843 ok" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void threadsThatBindAtOnceStepDownOnce(TestedJvm jvm) throws Exception {
    for (int round = 0; round < 3; round++) {
      assertSteps(run(jvm, DROP + "bind:843", "together=843"), START, "together=843 ok" + USER);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theDeadlineEndsTheJvm(TestedJvm jvm) throws Exception {
    long start = System.nanoTime();
    Run.Result result =
        run(jvm, DROP + "bind:843+844+845,drop-deadline=6s", "ServerSocket=844", "sleep=600000");
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 6000);
    assertEquals(
        List.of(
            "nonroot: refused: this JVM runs as root (uid 0) still after drop-deadline=6s: no"
                + " socket was bound to port 843, 845; correct drop-after=bind:843+844+845, or"
                + " give it longer [root-uid]"),
        result.errors(),
        result.toString());
    assertEquals(77, result.exitCode());
  }

  /** A job that is shorter than the deadline, under a trigger that is misspelt. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aJvmThatEndsAsRootSaysSo(TestedJvm jvm) throws Exception {
    Path report = Open.file("ended-as-root", "");
    String options = DROP + "bind:843+844,report-file=" + report;
    Run.Result result = run(jvm, options, "ServerSocket=843", "sleep=1");
    assertEquals(
        List.of(
            "nonroot: warning: this JVM runs as root (uid 0) until its end, before"
                + " drop-deadline=60s: no socket was bound to port 844; correct"
                + " drop-after=bind:843+844 [root-uid]"),
        result.errors(),
        result.toString());
    assertEquals(0, result.exitCode());
    List<String> lines = Files.readAllLines(report);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("\"verdict\":\"warned\""), lines.toString());
    assertTrue(lines.get(0).contains("until its end"), lines.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void afterwardsTheDeadlineIsOver(TestedJvm jvm) throws Exception {
    assertSteps(
        run(jvm, DROP + "bind:843,drop-deadline=10s", "ServerSocket=843", "sleep=10500"),
        START,
        "ServerSocket=843 ok" + USER,
        "sleep=10500 ok" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void whatThePolicyDeniesOfTheUserIsRefusedThen(TestedJvm jvm) throws Exception {
    Run.Result result = run(jvm, DROP + "bind:843,min-uid=20000", "ServerSocket=843");
    assertEquals(List.of(START), result.stdout().lines().toList(), result.toString());
    assertEquals(77, result.exitCode(), result.toString());
    assertTrue(result.errors().get(0).contains("[uid-range]"), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theReportComesThen(TestedJvm jvm) throws Exception {
    Path directory = Files.createTempDirectory(Open.directory(), "report");
    Files.setAttribute(directory, "unix:uid", AgentRun.USER);
    Path report = directory.resolve("report");
    assertSteps(
        run(
            jvm,
            DROP + "bind:843,report-file=" + report,
            "read=" + report,
            "ServerSocket=843",
            "read=" + report),
        START,
        "read=" + report + " java.nio.file.NoSuchFileException: " + report + ROOT,
        "ServerSocket=843 ok" + USER,
        "read=" + report + " read" + USER);
    String line = Files.readString(report);
    assertTrue(line.contains("\"verdict\":\"dropped\""), line);
    assertTrue(line.contains("\"uid\":[10001,10001,10001,10001]"), line);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aStepThatFailsEndsTheJvmWithinTheBind(TestedJvm jvm) throws Exception {
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
    List<String> strace =
        List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=setresuid", "-e");
    List<String> command = jvm.command(DROP + "bind:843", "Steps", "ServerSocket=843");
    Run.Result fails =
        go(
            AgentRefuseIT.concat(
                AgentRefuseIT.concat(strace, List.of("inject=setresuid:error=EPERM")), command));
    assertEquals(List.of(START), fails.stdout().lines().toList(), fails.toString());
    assertEquals(
        List.of(
            "nonroot: error: step-down failed: setresuid(10001, 10001, 10001): Operation not"
                + " permitted"),
        fails.errors());
    assertEquals(71, fails.exitCode());
    Run.Result lies =
        go(
            AgentRefuseIT.concat(
                AgentRefuseIT.concat(strace, List.of("inject=setresuid:retval=0")), command));
    assertEquals(List.of(START), lies.stdout().lines().toList(), lies.toString());
    assertEquals(71, lies.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void whoCannotStepDownIsRefusedAtTheStart(TestedJvm jvm) throws Exception {
    Run.Result result =
        go(
            AgentRefuseIT.concat(
                List.of("setpriv", "--inh-caps=-setuid", "--bounding-set=-setuid"),
                jvm.command(DROP + "bind:843", "Steps", "ServerSocket=843")));
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertTrue(result.errors().get(0).contains("it lacks CAP_SETUID"), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void whoIsNotRootIsNotInstrumented(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command(DROP + "bind:8443", "Steps", "ServerSocket=8443");
    command.add(1, "-Xlog:class+load");
    String out = AgentRun.asUser(command).go().stdout();
    assertTrue(out.contains("ServerSocket=8443 "), out);
    assertFalse(out.contains("net.bytebuddy"), out);
    assertFalse(out.contains("NonrootTrigger"), out);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theJvmHasNothingToSayAboutIt(TestedJvm jvm) throws Exception {
    for (boolean bind : List.of(true, false)) {
      List<String> command =
          jvm.command(
              DROP + (bind ? "bind:843" : AgentReturnIT.CONSTRUCTOR) + ",drop-deadline=2m",
              "Steps",
              bind ? "ServerSocket=843" : "start=a");
      command.addAll(1, List.of("-Xverify:all", "-Xcheck:jni"));
      Run.Result result = go(command);
      assertEquals(2, result.stdout().lines().count(), result.toString());
      assertTrue(result.stdout().endsWith(" ok" + USER + "\n"), result.toString());
      // -Xverify is deprecated since Java 13, and says so
      assertEquals(
          List.of(),
          result.errors().stream().filter(line -> !line.contains("Xverify")).toList(),
          result.toString());
      assertEquals(0, result.exitCode());
    }
  }
}
