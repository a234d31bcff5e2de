package dev.nonroot.dist.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;
import java.util.TreeMap;

/**
 * An application that says who it is: for each kind of thread one line with the number of threads
 * and what /proc says of them, then its properties. With a first argument it waits for a line on
 * stdin. It is compiled for Java 8 as well.
 */
@SuppressWarnings("SystemOut")
public final class WhoAmI {
  static {
    System.out.println("static initializer");
  }

  private WhoAmI() {}

  public static void main(String[] args) throws IOException {
    kinds(Paths.get("/proc/self/task"))
        .forEach((kind, count) -> System.out.println((count > 1 ? "all " : "one ") + kind));
    System.out.println("user.name=" + System.getProperty("user.name"));
    System.out.println("user.home=" + System.getProperty("user.home"));
    System.out.println("environ readable=" + Files.isReadable(Paths.get("/proc/self/environ")));
    if (args.length > 0) {
      System.out.println("ready");
      if (System.in.read() < 0) {
        System.exit(1);
      }
    }
  }

  /**
   * What /proc says of the threads of a process, and of how many it says so; but for those that end
   * while it is asked.
   */
  public static Map<String, Integer> kinds(Path taskDirectory) throws IOException {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(taskDirectory)) {
      for (Path task : tasks) {
        try {
          kinds.merge(credentials(task.resolve("status")), 1, Integer::sum);
        } catch (IOException e) {
          if (Files.exists(task)) {
            throw e;
          }
        }
      }
    }
    return kinds;
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
