package dev.nonroot.dist.agent;

import static dev.nonroot.dist.agent.AgentLateDropIT.DROP;
import static dev.nonroot.dist.agent.AgentLateDropIT.ROOT;
import static dev.nonroot.dist.agent.AgentLateDropIT.START;
import static dev.nonroot.dist.agent.AgentLateDropIT.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Root until a method has returned. */
class AgentReturnIT {
  private static final String STARTED = "dev.nonroot.dist.app.Steps$Started";
  static final String CONSTRUCTOR = "return:" + STARTED + "#<init>";
  private static final String RETURN = DROP + "return:";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  private static void fails(int exitCode, String line, Run.Result result) {
    assertEquals(exitCode, result.exitCode(), result.toString());
    assertEquals(List.of("nonroot: " + line), result.errors(), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void everyMethodOfTheNameCountsInAnyClassLoader(TestedJvm jvm) throws Exception {
    for (String step : List.of("start=a", "startNumber=3", "isolated=a")) {
      AgentLateDropIT.assertSteps(
          AgentLateDropIT.run(jvm, RETURN + STARTED + "#start", "sleep=1", step),
          START,
          "sleep=1 ok" + ROOT,
          step + " ok" + USER);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aConstructorCounts(TestedJvm jvm) throws Exception {
    AgentLateDropIT.assertSteps(
        AgentLateDropIT.run(jvm, RETURN + STARTED + "#<init>", "start=a"),
        START,
        "start=a ok" + USER);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aClassThatIsLoadedAlreadyCounts(TestedJvm jvm) throws Exception {
    AgentLateDropIT.assertSteps(
        AgentLateDropIT.run(jvm, RETURN + "java.lang.Integer#reverse", "sleep=1", "reverse=1"),
        START,
        "sleep=1 ok" + ROOT,
        "reverse=1 -2147483648" + USER);
  }

  /** What the agent's own threads do does not count, and does not make them wait for themselves. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aMethodThatTheAgentNeedsItselfIsNoTrap(TestedJvm jvm) throws Exception {
    for (String method : List.of("java.util.HashMap#put", "java.io.File#<init>")) {
      Run.Result result = AgentLateDropIT.run(jvm, RETURN + method, "put=a");
      assertEquals("put=a ok" + USER, result.stdout().lines().toList().get(1));
      assertEquals(0, result.exitCode(), result.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void whatIsThrownEndsTheJvm(TestedJvm jvm) throws Exception {
    Run.Result result = AgentLateDropIT.run(jvm, RETURN + STARTED + "#start", "start=throw");
    assertEquals(START + "\n", result.stdout(), result.toString());
    fails(
        71,
        "error: step-down failed: "
            + STARTED
            + "#start of drop-after threw java.io.IOException: cannot be started\\x0aat all",
        result);
    fails(
        71,
        "error: step-down failed: "
            + STARTED
            + "#<init> of drop-after threw java.io.IOException: cannot be made",
        AgentLateDropIT.run(jvm, RETURN + STARTED + "#<init>", "start=constructor"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "STARTED#stop|STARTED#stop, which is there, did not return",
        "STARTED#strat|STARTED has no method strat that could return (it has start, stop, <init>)",
        "STARTED#hashCode|STARTED inherits its hashCode from java.lang.Object, the class to name",
        "java.lang.Thread#currentThread|java.lang.Thread#currentThread is abstract or native, and"
            + " its return not noticed",
        "com.example.Steps$Started#start|no class com.example.Steps$Started was loaded"
            + " (but STARTED)",
        "com.example.Nothing#start|no class com.example.Nothing was loaded",
      })
  void whatNeverReturnsIsExplainedAtTheDeadline(String named, String explained) throws Exception {
    TestedJvm jvm = TestedJvm.withJar().get(0);
    String method = named.replace("STARTED", STARTED);
    fails(
        77,
        "refused: this JVM runs as root (uid 0) still after drop-deadline=6s: "
            + explained.replace("STARTED", STARTED)
            + "; correct drop-after=return:"
            + method
            + ", or give it longer [root-uid]",
        AgentLateDropIT.run(
            jvm, RETURN + method + ",drop-deadline=6s", "startNumber=1", "sleep=600000"));
  }
}
