package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Root is refused, and warned about; who is not root passes without a word. */
class AgentRefuseIT {
  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void rootIsRefusedBeforeTheMainClassIsLoaded(TestedJvm jvm) throws Exception {
    Run.Result result = jvm.run("", "WhoAmI");
    assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), result.errors());
    assertEquals("", result.stdout());
    assertEquals(77, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void javaToolOptionsRefuseAsWell(TestedJvm jvm) throws Exception {
    Run.Result result =
        Run.of(jvm.commandWithoutAgent("WhoAmI")).with("JAVA_TOOL_OPTIONS", jvm.agent("")).go();
    assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), result.errors());
    assertEquals(77, result.exitCode());
  }

  /** As set-group-ID programs start it: HotSpot reads no JAVA_TOOL_OPTIONS then. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void whereIdsDifferTheLauncherOfJavaAndItsCommandLineRefuse(TestedJvm jvm) throws Exception {
    List<String> caller = List.of("setpriv", "--rgid=0", "--egid=5", "--keep-groups");
    List<String> without = new ArrayList<>(caller);
    without.addAll(jvm.commandWithoutAgent("Exits", "0"));
    assertEquals(0, Run.of(without).with("JAVA_TOOL_OPTIONS", jvm.agent("")).go().exitCode());
    Run.Result result = Run.of(without).with("JDK_JAVA_OPTIONS", jvm.agent("")).go();
    assertTrue(result.errors().contains(AgentRun.REFUSED), result.toString());
    assertEquals(77, result.exitCode());
    List<String> with = new ArrayList<>(caller);
    with.addAll(jvm.command("", "Exits", "0"));
    result = Run.of(with).go();
    assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), result.errors());
    assertEquals(77, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void warnChangesNeitherStdoutNorExitCode(TestedJvm jvm) throws Exception {
    Run.Result without = Run.of(jvm.commandWithoutAgent("Exits", "5")).go();
    Run.Result result = jvm.run("action=warn", "Exits", "5");
    assertEquals(without.stdout(), result.stdout());
    assertEquals(5, result.exitCode());
    assertEquals(
        "nonroot: warning: this JVM runs as root (uid 0) [root-uid]", result.errors().get(0));
    for (String line : result.errors()) {
      assertTrue(line.matches("nonroot: (warning: .* \\[[a-z-]+\\]|fix: .*)"), line);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void offLooksAtNothing(TestedJvm jvm) throws Exception {
    Run.Result result = jvm.run("action=off", "Exits", "0");
    assertEquals(List.of(), result.errors());
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void whoIsNotRootPassesWithoutAWord(TestedJvm jvm) throws Exception {
    for (String options : List.of("", "action=warn", "action=drop,user=app", "profile=baseline")) {
      Run.Result result = AgentRun.asUser(jvm.command(options, "Exits", "0")).go();
      assertEquals("0\n", result.stdout(), result.toString());
      assertEquals(List.of(), result.errors());
      assertEquals(0, result.exitCode());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void restrictedRefusesWhatBaselineAccepts(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("profile=restricted", "Exits", "0");
    Run.Result result = AgentRun.asUser(command).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertTrue(result.stderr().contains("no_new_privs is off for this JVM [no-new-privs]"));
    assertTrue(result.stderr().contains("[seccomp]"), result.stderr());
    Run.Result low = AgentRun.asUser(999, jvm.command("min-uid=1000", "Exits", "0")).go();
    assertEquals(
        "nonroot: refused: this JVM runs as uid 999, which is below min-uid 1000 [uid-range]",
        low.errors().get(0));
    assertEquals(77, low.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aNonRootUserWithCapabilitiesIsWarnedAbout(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("", "Exits", "0");
    Run run =
        Run.of(
            concat(
                List.of(
                    "setpriv",
                    "--reuid=10001",
                    "--regid=10001",
                    "--clear-groups",
                    "--inh-caps=-all,+net_raw",
                    "--ambient-caps=-all,+net_raw"),
                command));
    Run.Result result = run.go();
    assertEquals(
        "nonroot: warning: this JVM holds capabilities: NET_RAW [capabilities]",
        result.errors().get(0));
    assertEquals(2, result.errors().size(), result.toString());
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void theReportGoesToStderrAsJsonAndToAFile(TestedJvm jvm) throws Exception {
    Path file = Open.directory().resolve("report-" + jvm.hashCode() + ".json");
    String options = "report=json,action=warn,report-file=" + file;
    Run.Result result = jvm.run(options, "Exits", "0");
    assertEquals(1, result.errors().size(), result.toString());
    String line = result.errors().get(0);
    assertTrue(line.startsWith("{\"schema\":\"nonroot/1\",\"time\":\"20"), line);
    assertTrue(line.contains("\"main\":\"dev.nonroot.dist.app.Exits\""), line);
    assertTrue(line.contains("\"verdict\":\"warned\",\"profile\":\"baseline\""), line);
    assertTrue(line.contains("\"uid\":[0,0,0,0]"), line);
    jvm.run("report=none,report-file=" + file, "Exits", "0");
    List<String> lines = Files.readAllLines(file);
    assertEquals(line, lines.get(0));
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).contains("\"verdict\":\"refused\""), lines.get(1));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aReportThatCannotBeWrittenIsWarnedAbout(TestedJvm jvm) throws Exception {
    Path link = Open.directory().resolve("link-" + jvm.hashCode());
    Path victim = Open.file("victim-" + jvm.hashCode(), "untouched\n");
    Files.createSymbolicLink(link, victim);
    Run.Result result = jvm.run("action=warn,report=none,report-file=" + link, "Exits", "0");
    assertEquals(
        List.of(
            "nonroot: warning: cannot append to report-file "
                + link
                + ": Is a symbolic link, which is not followed"),
        result.errors());
    assertEquals("untouched\n", Files.readString(victim));
    assertEquals(0, result.exitCode());
    Path fifo = Open.directory().resolve("fifo-" + jvm.hashCode());
    assertEquals(0, Run.of("mkfifo", fifo.toString()).go().exitCode());
    Run.Result waiting = jvm.run("action=warn,report=none,report-file=" + fifo, "Exits", "0");
    assertEquals(
        List.of("nonroot: warning: cannot append to report-file " + fifo + ": Not a regular file"),
        waiting.errors());
  }

  static List<String> concat(List<String> first, List<String> second) {
    return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aReportThatTheLocaleCannotNameIsWarnedAboutToo(TestedJvm jvm) throws Exception {
    Run.Result result =
        AgentRun.asUser(jvm.command("action=warn", "Exits", "0"))
            .with("LC_ALL", "C")
            .with("NONROOT_REPORT_FILE", "/nonexistent/\u00fc.json")
            .go();
    assertEquals(0, result.exitCode(), result.toString());
    assertEquals(1, result.errors().size(), result.toString());
    assertTrue(
        result.errors().get(0).startsWith("nonroot: warning: cannot append to report-file"),
        result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aLinkInDevShmIsNotFollowed(TestedJvm jvm) throws Exception {
    Path link = Path.of("/dev/shm/nonroot-" + ProcessHandle.current().pid() + jvm.hashCode());
    Path victim = Open.file("shm-victim-" + jvm.hashCode(), "untouched\n");
    Files.createSymbolicLink(link, victim);
    try {
      jvm.run("action=warn,report=none,report-file=" + link, "Exits", "0");
      assertEquals("untouched\n", Files.readString(victim));
    } finally {
      Files.delete(link);
    }
    Run.Result out = jvm.run("action=warn,report=none,report-file=/dev/stdout", "Exits", "0");
    assertTrue(out.stdout().startsWith("{\"schema\":\"nonroot/1\""), out.toString());
  }
}
