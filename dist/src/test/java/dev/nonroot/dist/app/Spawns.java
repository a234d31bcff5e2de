package dev.nonroot.dist.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.zeroturnaround.exec.ProcessExecutor;

/**
 * An application that starts a process in each way that is named, {@code way=argument}, and after
 * each says what came of it, and what seccomp and no_new_privs are on its threads.
 */
@SuppressWarnings("SystemOut")
public final class Spawns {
  private Spawns() {}

  public static void main(String[] args) throws Exception {
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String outcome;
      try {
        outcome = start(arg.substring(0, equals), arg.substring(equals + 1));
      } catch (InvocationTargetException e) {
        outcome = e.getCause().toString();
      } catch (Exception e) {
        outcome = e.toString();
      }
      System.out.println(arg + ": " + outcome);
    }
    System.out.println("threads: " + threads("NoNewPrivs", "Seccomp"));
  }

  private static String start(String way, String argument) throws Exception {
    return switch (way) {
      case "ProcessBuilder" -> output(new ProcessBuilder("echo", argument).start());
      case "missing" -> output(new ProcessBuilder(argument).start());
      case "Runtime" -> output(Runtime.getRuntime().exec(new String[] {"echo", argument}));
      case "pipeline" ->
          output(
              ProcessBuilder.startPipeline(
                      List.of(new ProcessBuilder("echo", argument), new ProcessBuilder("cat")))
                  .get(1));
      case "commons-exec" ->
          "exit " + new DefaultExecutor.Builder<>().get().execute(commandLine(argument));
      case "zt-exec" ->
          new ProcessExecutor("echo", argument)
              .readOutput(true)
              .execute()
              .getOutput()
              .getUTF8()
              .strip();
      case "thread" -> inThread(argument);
      case "constructor" -> byConstructor(argument);
      case "load" -> {
        System.load(argument);
        yield "ok";
      }
      case "native" -> "errno " + nativeCall(Integer.parseInt(argument));
      case "bind" -> {
        try (ServerSocket socket = new ServerSocket(Integer.parseInt(argument))) {
          yield socket.getLocalPort() + " " + threads("Uid");
        }
      }
      default -> throw new IllegalArgumentException(way);
    };
  }

  /** Starts one without any of Java's; returns errno, or 0 if a process was started. */
  static native int nativeCall(int way);

  private static CommandLine commandLine(String argument) {
    return new CommandLine("echo").addArgument(argument);
  }

  private static String output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output.strip() + (process.waitFor() == 0 ? "" : " exit " + process.exitValue());
  }

  private static String inThread(String argument) throws InterruptedException {
    String[] outcome = new String[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome[0] = output(new ProcessBuilder("echo", argument).start());
              } catch (Exception e) {
                outcome[0] = e.toString();
              }
            });
    thread.start();
    thread.join();
    return outcome[0];
  }

  /** Behind the back of what is instrumented; needs java.lang opened. */
  private static String byConstructor(String argument) throws Exception {
    Constructor<?> constructor =
        Arrays.stream(Class.forName("java.lang.ProcessImpl").getDeclaredConstructors())
            .max((a, b) -> a.getParameterCount() - b.getParameterCount())
            .orElseThrow();
    constructor.setAccessible(true);
    byte[] program = bytes("/bin/echo");
    byte[] block = bytes(argument);
    int[] descriptors = {-1, -1, -1};
    return output(
        (Process)
            constructor.newInstance(program, block, 1, null, 0, null, descriptors, false, false));
  }

  private static byte[] bytes(String text) {
    return (text + '\0').getBytes(StandardCharsets.UTF_8);
  }

  /** The lines of status that the threads have, for these keys. */
  private static String threads(String... keys) throws IOException {
    TreeSet<String> states = new TreeSet<>();
    for (String task : Path.of("/proc/self/task").toFile().list()) {
      try {
        StringBuilder state = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("/proc/self/task", task, "status"))) {
          int colon = line.indexOf(':');
          if (List.of(keys).contains(line.substring(0, colon))) {
            state.append(line.replace(":\t", ":").replace('\t', ' ')).append(' ');
          }
        }
        states.add(state.toString().strip());
      } catch (IOException | UncheckedIOException e) {
        if (Files.exists(Path.of("/proc/self/task", task))) {
          throw e;
        }
      }
    }
    return states.toString();
  }
}
