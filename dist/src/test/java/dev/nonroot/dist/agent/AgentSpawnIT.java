package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.CLibrary;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that a JVM starts are told of, or denied, in Java and in the kernel. */
class AgentSpawnIT {
  private static final String APPLICATION = "dev.nonroot.dist.app.Spawns.";
  private static final String WARN_END =
      "; spawn=allow accepts it silently, spawn=deny forbids it [spawn]";
  private static final String DENY_END = "; if it is meant, spawn=warn or spawn=allow [spawn]";
  private static final String DENIED =
      "nonroot: refused: this JVM must not start processes (spawn=deny)";
  private static final String FILTERED = "threads: [NoNewPrivs:1 Seccomp:2]";

  /** Every way through the JDK, and who is its nearest frame. */
  private static final String[] WAYS = {
    "ProcessBuilder=a|" + APPLICATION + "start(Spawns.java",
    "Runtime=b|" + APPLICATION + "start(Spawns.java",
    "pipeline=c|" + APPLICATION + "start(Spawns.java",
    "commons-exec=d|org.apache.commons.exec.launcher.",
    "zt-exec=e|org.zeroturnaround.exec.ProcessExecutor.",
    "thread=f|" + APPLICATION + "lambda$inThread$"
  };

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  /** Whatever else is wrong with the instrumented classes would be said by these two. */
  private static List<String> command(TestedJvm jvm, String options, String... steps)
      throws Exception {
    List<String> command = jvm.command(options, "Spawns", steps);
    String libraries =
        List.of("commons-exec.jar", "zt-exec.jar", "slf4j-api.jar").stream()
            .map(AgentSpawnIT::neighbour)
            .collect(Collectors.joining(":"));
    int classPath = command.indexOf("-cp") + 1;
    command.set(classPath, command.get(classPath) + ":" + libraries);
    command.addAll(
        1,
        List.of(
            "-Xverify:all",
            "-Xcheck:jni",
            "-XX:-PrintWarnings", // of -Xverify, which is said to be old
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED"));
    return command;
  }

  private static String neighbour(String name) {
    try {
      return Open.neighbour(name).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Run.Result run(TestedJvm jvm, String options, String... steps) throws Exception {
    return Run.of(command(jvm, options, steps)).timeout(Duration.ofMinutes(3)).go();
  }

  private static String[] steps() {
    return Arrays.stream(WAYS).map(way -> way.split("\\|", 2)[0]).toArray(String[]::new);
  }

  /** What nonroot said; a library of the application complains about its logging. */
  private static List<String> said(Run.Result result) {
    List<String> said = new ArrayList<>();
    for (String line : result.errors()) {
      if (!line.startsWith("SLF4J: ")) {
        said.add(line);
      }
    }
    return said;
  }

  private static void assertTold(String start, String end, List<String> said) {
    List<String> expected = new ArrayList<>();
    for (String way : WAYS) {
      String argument = way.substring(way.indexOf('=') + 1, way.indexOf('|'));
      expected.add("echo " + argument + "; by " + way.substring(way.indexOf('|') + 1));
      if (way.startsWith("pipeline") && start.contains("warning")) {
        expected.add("cat; by " + APPLICATION + "start(Spawns.java");
      }
    }
    assertEquals(expected.size(), said.size(), said.toString());
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(said.get(i).startsWith(start + expected.get(i)), said.get(i));
      assertTrue(said.get(i).endsWith(end), said.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void everyWayThroughTheJdkIsToldOf(TestedJvm jvm) throws Exception {
    Run.Result result = run(jvm, "action=drop,user=10001,spawn=warn", steps());
    assertEquals(
        List.of(
            "ProcessBuilder=a: a",
            "Runtime=b: b",
            "pipeline=c: c",
            "d",
            "commons-exec=d: exit 0",
            "zt-exec=e: e",
            "thread=f: f",
            FILTERED), // by the step-down
        result.stdout().lines().toList(),
        result.toString());
    assertTold("nonroot: warning: this JVM starts a process: ", WARN_END, said(result));
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void everyWayThroughTheJdkIsDenied(TestedJvm jvm) throws Exception {
    Run.Result result = run(jvm, "action=drop,user=10001,spawn=deny", steps());
    String exception = ": java.io.IOException: Cannot run program \"echo\"";
    assertEquals(
        List.of(
            "ProcessBuilder=a" + exception + ": " + DENIED,
            "Runtime=b" + exception + ": " + DENIED,
            "pipeline=c" + exception + ": " + DENIED,
            "commons-exec=d" + exception + " (in directory \".\"): " + DENIED,
            "zt-exec=e: java.io.IOException: Could not execute [echo, e].",
            "thread=f" + exception + ": " + DENIED,
            FILTERED),
        result.stdout().lines().toList(),
        result.toString());
    assertTold("nonroot: refused: this JVM tried to start a process: ", DENY_END, said(result));
    assertEquals(0, result.exitCode());
  }

  /** Behind Java's back, and behind the JDK's helper program. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theKernelDeniesTheRest(TestedJvm jvm) throws Exception {
    String library = "load=" + CLibrary.of("spawns");
    List<String> all = new ArrayList<>(List.of(library));
    for (int way : List.of(0, 1, 2, 3, 4, 10, 11)) {
      all.add("native=" + way);
    }
    all.add("constructor=g");
    String[] steps = all.toArray(String[]::new);

    String allowed = run(jvm, "action=warn,spawn=allow", steps).stdout();
    for (int way : List.of(0, 1, 2, 10, 11)) {
      assertTrue(allowed.contains("native=" + way + ": errno 0\n"), allowed);
    }
    assertTrue(allowed.contains("constructor=g: g\n"), allowed);

    all.add("native=12"); // which would replace the JVM
    Run.Result denied = run(jvm, "action=warn,spawn=deny", all.toArray(String[]::new));
    for (int way : List.of(0, 1, 2, 10, 12)) {
      assertTrue(denied.stdout().contains("native=" + way + ": errno 13\n"), denied.toString());
    }
    assertTrue(denied.stdout().contains("native=11: errno 127\n"), denied.toString());
    if (System.getProperty("os.arch").equals("amd64")) {
      assertTrue(denied.stdout().contains("native=3: errno 13\n"), denied.toString()); // x32
      // i386; kernels without it end the child by SIGSEGV
      assertTrue(
          denied.stdout().contains("native=4: errno 13\n")
              || denied.stdout().contains("native=4: errno 1011\n"),
          denied.toString());
    }
    assertTrue(denied.stdout().contains("constructor=g: java.io.IOException: "), allowed);
    assertTrue(denied.stdout().contains("Permission denied"), denied.toString());
    assertTrue(denied.stdout().endsWith(FILTERED + "\n"), denied.toString());
  }

  /** Whoever waits for something as root is denied at once, not only afterwards. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void deniedAlsoBeforeALaterStepDown(TestedJvm jvm) throws Exception {
    Run.Result result =
        run(
            jvm,
            "action=drop,user=10001,spawn=deny,drop-deadline=2m,drop-after=return:"
                + APPLICATION.substring(0, APPLICATION.length() - 1)
                + "#bytes",
            "ProcessBuilder=a",
            "constructor=b",
            "Runtime=c");
    List<String> lines = result.stdout().lines().toList();
    assertTrue(lines.get(0).endsWith(DENIED), result.toString());
    assertTrue(lines.get(1).startsWith("constructor=b: java.io.IOException: "), result.toString());
    assertTrue(result.stdout().contains("\nRuntime=c: java.io.IOException: "), result.toString());
    assertEquals(2, said(result).size(), result.toString()); // also once the step-down is over
    assertEquals(0, result.exitCode());
  }

  /** The class that starts processes has two calls in it then. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theStartOfAProcessMayAlsoBeWaitedFor(TestedJvm jvm) throws Exception {
    Run.Result result =
        run(
            jvm,
            "action=drop,user=10001,spawn=warn,drop-deadline=2m,"
                + "drop-after=return:java.lang.ProcessImpl#start",
            "bind=0",
            "ProcessBuilder=a",
            "bind=0");
    List<String> lines = result.stdout().lines().toList();
    assertTrue(lines.get(0).endsWith("[Uid:0 0 0 0]"), result.toString());
    assertEquals("ProcessBuilder=a: a", lines.get(1));
    assertTrue(lines.get(2).endsWith("[Uid:10001 10001 10001 10001]"), result.toString());
    assertEquals(1, said(result).size(), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void deniedWithoutAnyPrivilege(TestedJvm jvm) throws Exception {
    Run.Result result = AgentRun.asUser(command(jvm, "spawn=deny", "ProcessBuilder=a")).go();
    assertTrue(result.stdout().startsWith("ProcessBuilder=a: java.io.IOException: "));
    assertTrue(result.stdout().endsWith(FILTERED + "\n"), result.toString());
    assertEquals(0, result.exitCode());
  }

  /** The environment and the file, as a base image would have it. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void toldAsJson(TestedJvm jvm) throws Exception {
    Path report = Open.directory().resolve("spawns-" + Tree.featureOf(jvm.java()) + ".json");
    Run.Result result =
        Run.of(command(jvm, "action=warn,deny=seccomp", "ProcessBuilder=\u00e4\nb"))
            .with("NONROOT_SPAWN", "warn")
            .with("NONROOT_REPORT", "json")
            .with("NONROOT_REPORT_FILE", report.toString())
            .with("LC_ALL", "C.UTF-8")
            .go();
    List<String> lines = Files.readAllLines(report);
    assertEquals(2, lines.size()); // of the JVM, and of the process
    assertEquals(lines, said(result));
    String finding =
        "\"findings\":[{\"rule\":\"spawn\",\"severity\":\"warn\",\"message\":"
            + "\"this JVM starts a process: echo \\u00e4\\u000ab; by dev.nonroot.dist.app.Spawns";
    assertTrue(lines.get(1).contains(finding), lines.get(1));
    assertTrue(lines.get(1).contains("\"verdict\":\"warned\""), lines.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"action=off,spawn=deny", "spawn=deny,exempt=dev.nonroot.dist.app.Spawns"})
  void whatIsNotCheckedMayStartProcesses(String options) throws Exception {
    TestedJvm jvm = TestedJvm.withJar().get(0);
    Run.Result result = AgentRun.asUser(command(jvm, options, "ProcessBuilder=a")).go();
    assertTrue(result.stdout().startsWith("ProcessBuilder=a: a\nthreads: [NoNewPrivs:0 "));
    assertEquals(List.of(), said(result));
  }

  /** Without the filter, or with one that is not there, no application runs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "error=EINVAL|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Invalid argument",
        "error=ENOSYS"
            + "|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Function not implemented",
        "retval=0|execve() behind the filter of seccomp: No such file or directory",
      })
  void whatCannotBeDeniedIsRefused(String fault, String reason) throws Exception {
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
    for (TestedJvm jvm : TestedJvm.withJar()) {
      List<String> strace =
          List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=seccomp:" + fault);
      Run.Result result =
          Run.of(AgentRefuseIT.concat(strace, jvm.command("action=warn,spawn=deny", "Exits", "0")))
              .timeout(Duration.ofMinutes(3))
              .go();
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertEquals(
          "nonroot: refused: spawn=deny cannot be had: " + reason + " [spawn]",
          result.errors().get(result.errors().size() - 1));
    }
  }
}
