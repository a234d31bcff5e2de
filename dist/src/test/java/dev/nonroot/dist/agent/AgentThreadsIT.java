package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A later step-down misses no thread, whatever the threads are at. It takes all the processors that
 * there are.
 */
@Isolated
class AgentThreadsIT {
  private static final int ROUNDS = 200;
  private static final int AT_ONCE = 4;

  /** What makes the start of a JVM shorter. */
  private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto");

  @Test
  void noThreadIsMissedIn200Rounds() throws Exception {
    Root.required();
    List<TestedJvm> jvms = TestedJvm.withJar();
    ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<Run.Result>> rounds = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        int round = i;
        rounds.add(() -> round(jvms.get(round % jvms.size()), round));
      }
      for (Future<Run.Result> future : executor.invokeAll(rounds)) {
        Run.Result result = future.get();
        assertEquals(0, result.exitCode(), result.toString());
        assertTrue(result.stdout().startsWith("all of "), result.toString());
        assertEquals(List.of(), result.errors(), result.toString());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static Run.Result round(TestedJvm jvm, int round) throws Exception {
    List<String> command =
        jvm.command(
            AgentLateDropIT.DROP + "bind:843,drop-deadline=2m",
            "Churn",
            AgentDropIT.DROPPED.substring("all ".length()),
            String.valueOf(round % 20));
    command.addAll(1, FLAGS);
    // a FIFO that is open for writing too stays open, and empty
    String script = "mkfifo $0; exec \"$@\" 0<>$0";
    Path fifo = Open.directory().resolve("fifo-" + round);
    List<String> blocked =
        AgentRefuseIT.concat(List.of("sh", "-c", script, fifo.toString()), command);
    return AgentLateDropIT.go(blocked);
  }
}
