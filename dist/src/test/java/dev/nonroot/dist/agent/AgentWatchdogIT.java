package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A JVM whose deadline passes ends, also where not even a message can be made or written. */
class AgentWatchdogIT {
  private static final String OPTIONS = AgentLateDropIT.DROP + "bind:843,drop-deadline=2s";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aFullHeapDoesNotKeepItRoot(TestedJvm jvm) throws Exception {
    List<String> command = new ArrayList<>(jvm.command(OPTIONS, "Steps", "fillHeap="));
    command.addAll(1, List.of("-Xmx16m", "-XX:+UseSerialGC"));
    Run.Result result = Run.of(command).go();
    assertTrue(List.of(71, 77).contains(result.exitCode()), result.toString());
    assertEquals(AgentLateDropIT.START + "\n", result.stdout());
  }

  /** It holds both ends of the pipe, which has room for 64 KB. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aFullStderrDoesNotKeepItRoot(TestedJvm jvm) throws Exception {
    Path pipe = Open.directory().resolve("full-" + Tree.featureOf(jvm.java()));
    String full =
        "mkfifo \"$0\" && exec 3<>\"$0\" && head -c 65536 /dev/zero >&3 && exec \"$@\" 2>&3";
    List<String> command = new ArrayList<>(List.of("bash", "-c", full, pipe.toString()));
    command.addAll(jvm.command(OPTIONS, "Steps", "sleep=50000"));
    Run.Result result = Run.of(command).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals(AgentLateDropIT.START + "\n", result.stdout());
  }
}
