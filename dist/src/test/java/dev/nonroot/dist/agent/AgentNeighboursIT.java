package dev.nonroot.dist.agent;

import static dev.nonroot.dist.agent.AgentLateDropIT.DROP;
import static dev.nonroot.dist.agent.AgentLateDropIT.ROOT;
import static dev.nonroot.dist.agent.AgentLateDropIT.START;
import static dev.nonroot.dist.agent.AgentLateDropIT.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Netty;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A later step-down beside other people's agents and libraries. */
class AgentNeighboursIT {
  private static final String METHOD = "return:dev.nonroot.dist.app.Steps$Started#start";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  /** Beside another agent, which stands before ours, or behind it. */
  private static void assertWorksBeside(TestedJvm jvm, String... other) throws Exception {
    assertWorks(jvm, 1, other, "bind:843", "ServerSocket=843");
    assertWorks(jvm, 2, other, METHOD, "start=a");
    assertDeniesProcesses(jvm, 1, other);
    assertDeniesProcesses(jvm, 2, other);
  }

  private static void assertDeniesProcesses(TestedJvm jvm, int place, String... other)
      throws Exception {
    List<String> command =
        new ArrayList<>(jvm.command("action=warn,spawn=deny", "Spawns", "ProcessBuilder=a"));
    command.addAll(place, List.of(other));
    Run.Result result = Run.of(command).timeout(Duration.ofMinutes(3)).go();
    assertTrue(result.stdout().contains("(spawn=deny)\n"), result.toString());
    assertTrue(result.stderr().contains("tried to start a process: echo a; by"), result.toString());
    assertEquals(0, result.exitCode(), result.toString());
  }

  private static void assertWorks(
      TestedJvm jvm, int place, String[] other, String dropAfter, String step) throws Exception {
    List<String> command =
        new ArrayList<>(
            jvm.command(DROP + dropAfter + ",drop-deadline=2m", "Steps", "sleep=1", step));
    command.addAll(place, List.of(other));
    Run.Result result = AgentLateDropIT.go(command);
    assertEquals(
        List.of(START, "sleep=1 ok" + ROOT, step + " ok" + USER),
        result.stdout().lines().toList(),
        result.toString());
    assertEquals(0, result.exitCode(), result.toString());
    assertTrue(
        result.errors().stream().noneMatch(line -> line.startsWith("nonroot")), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void openTelemetry(TestedJvm jvm) throws Exception {
    assertWorksBeside(
        jvm,
        "-javaagent:" + Open.neighbour("opentelemetry-javaagent.jar"),
        "-Dotel.traces.exporter=none",
        "-Dotel.metrics.exporter=none",
        "-Dotel.logs.exporter=none");
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void jacoco(TestedJvm jvm) throws Exception {
    assertWorksBeside(
        jvm, "-javaagent:" + Open.neighbour("org.jacoco.agent-runtime.jar") + "=output=none");
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theApplicationsOwnByteBuddy(TestedJvm jvm) throws Exception {
    Path other = Open.neighbour("byte-buddy.jar");
    List<String> command =
        jvm.command(DROP + "bind:843", "Steps", "isIn=net.bytebuddy.ByteBuddy", "ServerSocket=843");
    command.set(3, command.get(3) + ":" + other);
    AgentLateDropIT.assertSteps(
        AgentLateDropIT.go(command),
        START,
        "isIn=net.bytebuddy.ByteBuddy " + other + ROOT,
        "ServerSocket=843 ok" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theApplicationSeesNothingOfOurs(TestedJvm jvm) throws Exception {
    String missing = " java.lang.ClassNotFoundException: ";
    AgentLateDropIT.assertSteps(
        AgentLateDropIT.run(
            jvm,
            DROP + "bind:843",
            "isIn=net.bytebuddy.ByteBuddy",
            "isIn=dev.nonroot.guard.Guard",
            "ServerSocket=843"),
        START,
        "isIn=net.bytebuddy.ByteBuddy" + missing + "net.bytebuddy.ByteBuddy" + ROOT,
        "isIn=dev.nonroot.guard.Guard" + missing + "dev.nonroot.guard.Guard" + ROOT,
        "ServerSocket=843 ok" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void netty(TestedJvm jvm) throws Exception {
    for (String transport : List.of("nio", "epoll", "io_uring")) {
      List<String> command = jvm.command(DROP + "bind:843", "NettyBind", transport, "843");
      command.set(3, command.get(3) + ":" + Netty.classPath());
      command.addAll(1, List.of("--add-opens=java.base/java.nio=ALL-UNNAMED"));
      Run.Result result = AgentLateDropIT.go(command);
      List<String> lines = result.stdout().lines().toList();
      assertEquals(5, lines.size(), result.toString());
      assertEquals("sleep=1 ok" + ROOT, lines.get(1));
      assertTrue(
          lines.get(2).toLowerCase(Locale.ROOT).startsWith(transport.replace("_", "")),
          lines.get(2));
      assertEquals("start" + USER, lines.get(3));
      assertEquals(
          "ServerSocket=844 java.net.BindException: Permission denied" + USER, lines.get(4));
      assertEquals(0, result.exitCode(), result.toString());
    }
  }
}
