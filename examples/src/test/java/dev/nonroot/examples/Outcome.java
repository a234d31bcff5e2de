package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What came of a command.
 *
 * @param exitCode its exit code
 * @param output what it wrote to stdout and stderr
 */
record Outcome(int exitCode, String output) {
  private static final Duration TO_CLEAN_UP = Duration.ofMinutes(1);

  /**
   * Runs a command to its end, with nothing on stdin. Where that does not come in time it is told
   * to end, so that it can clean up, and the test fails.
   *
   * @param most how long it may take
   * @param environment what it has in addition to PATH and JAVA_HOME, which are all else
   */
  static Outcome of(Duration most, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("nonroot-example-", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "JAVA_HOME",
                System.getProperty("java.home")));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        process.waitFor(TO_CLEAN_UP.toMillis(), TimeUnit.MILLISECONDS);
        return fail(List.of(command) + " does not end: " + Files.readString(output));
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
