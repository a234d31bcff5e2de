package dev.nonroot.dist.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nonroot.dist.Run;
import dev.nonroot.dist.app.WhoAmI;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A container whose first process is WhoAmI, looked at from inside and from outside. */
final class Container {
  private static final long SECONDS = 60;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Container() {}

  /**
   * What came of a container.
   *
   * @param exitCode podman's, and so the first process's
   * @param lines what the application printed
   * @param errors the lines on stderr, but for those of the JVM's about JAVA_TOOL_OPTIONS
   * @param inside the kinds of threads that the process sees of itself
   * @param outside the kinds of threads that this machine's kernel shows of it
   */
  record Seen(
      int exitCode,
      List<String> lines,
      List<String> errors,
      Set<String> inside,
      Set<String> outside) {}

  /**
   * Runs a container until its application says who it is, or ends before, looks at it, and lets it
   * end.
   *
   * @param options of {@code podman run}
   * @param image the image
   * @param command what runs in it
   */
  static Seen look(List<String> options, String image, List<String> command) throws Exception {
    return look(Engine::podman, Engine.DIRECTORY, options, image, command);
  }

  /**
   * The same with somebody else's podman.
   *
   * @param podman what runs a command of podman's
   * @param directory where that may write
   * @param options of {@code podman run}
   * @param image the image
   * @param command what runs in it
   */
  static Seen look(
      Function<List<String>, Run> podman,
      Path directory,
      List<String> options,
      String image,
      List<String> command)
      throws Exception {
    Path pidFile = directory.resolve("container-" + NUMBER.incrementAndGet() + ".pid");
    List<String> arguments =
        new ArrayList<>(List.of("run", "--rm", "--interactive", "--pidfile", pidFile.toString()));
    arguments.addAll(options);
    arguments.add(image);
    arguments.addAll(command);
    Process process = podman.apply(arguments).start();
    try (BufferedReader out = process.inputReader(ISO_8859_1);
        BufferedReader err = process.errorReader(ISO_8859_1)) {
      List<String> lines = new ArrayList<>();
      Set<String> outside = new TreeSet<>();
      waitUntil(() -> readyLines(out, lines) || !process.isAlive(), "a line or the end");
      if (lines.contains("ready")) {
        Path tasks = Path.of("/proc", Files.readString(pidFile).strip(), "task");
        outside.addAll(WhoAmI.kinds(tasks).keySet());
        process.outputWriter().write("\n");
        process.outputWriter().close();
      }
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), () -> arguments + " does not end");
      readyLines(out, lines);
      List<String> errors = new ArrayList<>();
      readyLines(err, errors);
      errors.removeIf(line -> line.startsWith("Picked up "));
      return new Seen(process.exitValue(), lines, errors, inside(lines), outside);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(pidFile);
    }
  }

  /**
   * Reads what is there, not to the end: that comes when podman's process that cleans up ends, up
   * to 20 s later.
   *
   * @return whether the application is ready
   */
  private static boolean readyLines(BufferedReader from, List<String> lines) throws IOException {
    while (from.ready()) {
      lines.add(from.readLine());
    }
    return lines.contains("ready");
  }

  private static Set<String> inside(List<String> lines) {
    Set<String> kinds = new TreeSet<>();
    for (String line : lines) {
      if (line.startsWith("all ") || line.startsWith("one ")) {
        kinds.add(line.substring(4));
      }
    }
    return kinds;
  }

  /** Waits until something is so. */
  static void waitUntil(Condition condition, String what) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.isMet()) {
      if (System.nanoTime() > end) {
        fail(what + " does not come within " + SECONDS + " s");
      }
      Thread.sleep(20);
    }
  }

  /** What is waited for. */
  interface Condition {
    boolean isMet() throws Exception;
  }
}
