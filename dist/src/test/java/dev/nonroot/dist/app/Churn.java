package dev.nonroot.dist.app;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Binds a port while threads are started and end all the time, one is blocked in a native read, and
 * one has the JVM stop at safepoints; then looks at every thread, again and again. Prints how many
 * it saw, or the first that is not as its first argument says.
 */
@SuppressWarnings("SystemOut")
public final class Churn {
  private static final int STARTERS = 3;
  private static final int LOOKS = 20;
  private static final Set<String> KEYS =
      Set.of("Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapAmb:", "NoNewPrivs:");

  private Churn() {}

  public static void main(String[] args) throws Exception {
    // what is loaded before takes no time from the round
    new ServerSocket(0).close();
    credentials(Path.of("/proc/self/status"));
    daemon(Churn::blockInNativeCode);
    daemon(Churn::stopAtSafepoints);
    for (int i = 0; i < STARTERS; i++) {
      daemon(Churn::startThreads);
    }
    Thread.sleep(Long.parseLong(args[1]));
    ServerSocket socket = new ServerSocket(843);
    int seen = 0;
    String wrong = "";
    for (int i = 0; i < LOOKS && wrong.isEmpty(); i++) {
      for (String task : Path.of("/proc/self/task").toFile().list()) {
        String credentials = credentials(Path.of("/proc/self/task", task, "status"));
        if (credentials != null) {
          seen++;
          wrong = credentials.equals(args[0]) ? wrong : task + " " + credentials;
        }
      }
    }
    System.out.println(wrong.isEmpty() ? "all of " + seen : wrong);
    socket.close();
    Runtime.getRuntime().halt(wrong.isEmpty() ? 0 : 1);
  }

  private static void daemon(Runnable run) {
    Thread thread = new Thread(run);
    thread.setDaemon(true);
    thread.start();
  }

  /** Nobody writes to this pipe. */
  private static void blockInNativeCode() {
    try {
      System.out.println(System.in.read());
    } catch (IOException e) {
      System.out.println(e);
    }
  }

  private static void stopAtSafepoints() {
    while (true) {
      Thread.getAllStackTraces();
    }
  }

  private static void startThreads() {
    while (true) {
      Thread thread = new Thread(Thread::onSpinWait);
      thread.start();
      if (thread.getId() % 4 == 0) { // most are not waited for
        try {
          thread.join();
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  /** What the kernel says of a thread, or null if that has ended. */
  private static String credentials(Path status) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      for (String line : Files.readString(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        if (KEYS.contains(line.substring(0, line.indexOf(':') + 1))) {
          text.append(line.replace('\t', ' ').replace(":  ", ": ").trim()).append("; ");
        }
      }
    } catch (IOException e) {
      if (Files.notExists(status) || "No such process".equals(e.getMessage())) {
        return null;
      }
      throw e;
    }
    return text.isEmpty() ? null : text.toString();
  }
}
