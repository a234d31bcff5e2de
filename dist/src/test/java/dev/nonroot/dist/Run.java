package dev.nonroot.dist;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command to run. Its environment has PATH and HOME and nothing else, so that a test does not
 * depend on who runs it; its stdin is empty.
 */
public final class Run {
  /** What the JVM prints on stderr where JAVA_TOOL_OPTIONS is set. */
  private static final String PICKED_UP = "Picked up ";

  /** A thread for each stream: the common pool may have as few threads as there are processors. */
  private static final Executor THREADS =
      task -> {
        Thread thread = new Thread(task, "stream of a process");
        thread.setDaemon(true);
        thread.start();
      };

  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>();
  private Path directory;
  private byte[] stdin = new byte[0];
  private Duration timeout = Duration.ofSeconds(60);

  private Run(List<String> command) {
    this.command = command;
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", "/root");
  }

  /** The command, by path or by what PATH has, and its arguments. */
  public static Run of(List<String> command) {
    return new Run(new ArrayList<>(command));
  }

  /** The command and its arguments. */
  public static Run of(String... command) {
    return of(Arrays.asList(command));
  }

  /** Sets an environment variable, or unsets it where the value is null. */
  public Run with(String name, String value) {
    if (value == null) {
      environment.remove(name);
    } else {
      environment.put(name, value);
    }
    return this;
  }

  public Run in(Path workingDirectory) {
    directory = workingDirectory;
    return this;
  }

  public Run stdin(byte[] content) {
    stdin = content.clone();
    return this;
  }

  public Run timeout(Duration most) {
    timeout = most;
    return this;
  }

  /** Starts the command; what the returned process has not been asked for, is the caller's. */
  public Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    return builder.start();
  }

  /** Runs the command to its end; the test fails if that does not come in time. */
  public Result go() throws IOException, InterruptedException {
    Process process = start();
    CompletableFuture<byte[]> out = readAll(process.getInputStream());
    CompletableFuture<byte[]> err = readAll(process.getErrorStream());
    CompletableFuture<Void> in = CompletableFuture.runAsync(() -> feed(process), THREADS);
    long end = System.nanoTime() + timeout.toNanos();
    try {
      if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        in.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        return new Result(
            command,
            process.pid(),
            process.exitValue(),
            out.get(end - System.nanoTime(), TimeUnit.NANOSECONDS),
            err.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
      }
    } catch (TimeoutException e) {
      // a process that the command left behind still holds its output, or its stdin is not read
      return fail("output of " + command + " does not end within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(command + ": " + e.getCause(), e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return fail(command + " does not end within " + timeout);
  }

  private void feed(Process process) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(stdin);
    } catch (IOException e) {
      // EPIPE: the command does not have to read it
    }
  }

  private static CompletableFuture<byte[]> readAll(InputStream from) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return from.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        THREADS);
  }

  /**
   * What came of it.
   *
   * @param command what was run
   * @param pid the process id it had
   * @param exitCode its exit code, 128 and more if a signal ended it
   * @param stdoutBytes what it wrote to stdout
   * @param stderrBytes what it wrote to stderr
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(
      List<String> command, long pid, int exitCode, byte[] stdoutBytes, byte[] stderrBytes) {
    /** What it wrote to stdout, one char per byte. */
    public String stdout() {
      return new String(stdoutBytes, StandardCharsets.ISO_8859_1);
    }

    /** What it wrote to stderr, one char per byte. */
    public String stderr() {
      return new String(stderrBytes, StandardCharsets.ISO_8859_1);
    }

    /** The lines on stderr, but for those in which a JVM says that it read JAVA_TOOL_OPTIONS. */
    public List<String> errors() {
      return stderr().lines().filter(line -> !line.startsWith(PICKED_UP)).toList();
    }

    /** All of it, for the message of an assertion. */
    @Override
    public String toString() {
      return command
          + " ended with "
          + exitCode
          + "\nstdout: "
          + stdout()
          + "\nstderr: "
          + stderr();
    }
  }
}
