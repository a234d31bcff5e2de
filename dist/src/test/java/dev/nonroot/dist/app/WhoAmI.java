package dev.nonroot.dist.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An application that says who it is: for each kind of thread one line with the number of threads
 * and what /proc says of them, then its properties. With a first argument it waits for a line on
 * stdin.
 */
@SuppressWarnings("SystemOut")
public final class WhoAmI {
  static {
    System.out.println("static initializer");
  }

  private WhoAmI() {}

  public static void main(String[] args) throws IOException {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        kinds.merge(credentials(task.resolve("status")), 1, Integer::sum);
      }
    }
    kinds.forEach((kind, count) -> System.out.println((count > 1 ? "all " : "one ") + kind));
    System.out.println("user.name=" + System.getProperty("user.name"));
    System.out.println("user.home=" + System.getProperty("user.home"));
    System.out.println("environ readable=" + Files.isReadable(Path.of("/proc/self/environ")));
    if (args.length > 0) {
      System.out.println("ready");
      if (System.in.read() < 0) {
        System.exit(1);
      }
    }
  }

  private static String credentials(Path status) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.matches("(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)|NoNewPrivs):.*")) {
        text.append(line.replaceAll("[\\t ]+", " ").trim()).append("; ");
      }
    }
    return text.toString();
  }
}
