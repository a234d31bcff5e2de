package dev.nonroot.dist.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nonroot.dist.Network;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.app.WhoAmI;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A server that was started as root, in a network namespace of its own. */
final class RunningServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);

  /** What makes the start of a JVM short. */
  private static final String SHORTER_START = " -XX:TieredStopAtLevel=1";

  private static final String LISTENS = "0A";

  private final Process process;
  private final Path log;

  private RunningServer(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param command how its user would
   * @param agentOptions the agent is all that is added
   * @param directory for its log
   */
  static RunningServer start(List<String> command, String agentOptions, Path directory)
      throws IOException {
    Path log = directory.resolve("log");
    List<String> logged =
        new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >\"$0\" 2>&1", log.toString()));
    logged.addAll(command);
    Process process =
        Run.of(Network.own(logged))
            .with(
                "JAVA_TOOL_OPTIONS",
                "-javaagent:" + Open.agentJar() + "=" + agentOptions + SHORTER_START)
            .start();
    return new RunningServer(process, log);
  }

  /** Waits until it listens on ports 80 and 443; until the first of them it has to be root. */
  void awaitPorts() throws IOException, InterruptedException {
    try {
      awaitBoth();
    } catch (IOException e) {
      process.waitFor(1, TimeUnit.SECONDS);
      assertTrue(process.isAlive(), () -> "it has ended: " + this);
      throw e;
    }
  }

  private void awaitBoth() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    boolean wasRoot = false;
    for (List<Integer> ports = List.of(); ports.size() < 2; ports = ports()) {
      assertTrue(System.nanoTime() < end, () -> "it does not listen: " + this);
      boolean isRoot = isJava() && threads().keySet().stream().allMatch(RunningServer::isRoot);
      // in this order: what has been looked at was before
      wasRoot |= isRoot && ports().isEmpty();
      Thread.sleep(50);
    }
    assertTrue(wasRoot, "it was root until it had its ports");
  }

  private static boolean isRoot(String thread) {
    return thread.startsWith("Uid: 0 0 0 0; Gid: 0 0 0 0; ");
  }

  private boolean isJava() throws IOException {
    return Files.readSymbolicLink(proc("exe")).endsWith("java");
  }

  /** Those of 80 and 443 on which somebody listens in its network namespace. */
  private List<Integer> ports() throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(proc(table))) {
        String[] columns = line.trim().split(" +", 5);
        if (columns[3].equals(LISTENS)) {
          int port = Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16);
          if (port == 80 || port == 443) {
            ports.add(port);
          }
        }
      }
    }
    return ports;
  }

  /** What the host sees of its threads. */
  Map<String, Integer> threads() throws IOException {
    return WhoAmI.kinds(proc("task"));
  }

  /** What its descriptors lead to. */
  Set<Path> openFiles() throws IOException {
    Set<Path> files = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(proc("fd"))) {
      for (Path descriptor : descriptors) {
        try {
          files.add(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException e) {
          // it has been closed
        }
      }
    }
    assertTrue(files.contains(log), () -> log + " is open: " + files);
    return files;
  }

  private Path proc(String file) {
    return Path.of("/proc", String.valueOf(process.pid()), file);
  }

  /** A command that has its ports before it. */
  Run client(List<String> command) {
    return Run.of(Network.of(process.pid(), command));
  }

  /** Ends it by SIGTERM: the exit code has to be that of a JVM that does so. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
      fail("it does not end by SIGTERM: " + this);
    }
    assertEquals(143, process.exitValue(), this::toString);
  }

  /** What it has printed. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public String toString() {
    try {
      return log();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
