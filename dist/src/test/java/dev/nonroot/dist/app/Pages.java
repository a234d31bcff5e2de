package dev.nonroot.dist.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What each server serves: pages that a client can check, and what an intruder would find. */
final class Pages {
  static final String INTRUDER = "/intruder";

  /** More than a TLS record holds. */
  private static final int LONG = 3000;

  private static final String PAGE = "/page/";

  private Pages() {}

  /**
   * What is at a path: /page/NUMBER, or /intruder/FILE of a file to read.
   *
   * @return null where there is nothing
   */
  static String at(String path) throws IOException {
    if (path.startsWith(PAGE)) {
      return page(Integer.parseInt(path.substring(PAGE.length())));
    }
    return path.startsWith(INTRUDER) ? intruder(Path.of(path.substring(INTRUDER.length()))) : null;
  }

  /** Each number has a page of its own, and every eighth a long one. */
  static String page(int number) {
    String line = "page " + number + "\n";
    return number % 8 == 0 ? line.repeat(LONG) : line;
  }

  private static String intruder(Path file) throws IOException {
    String uid =
        Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
            .filter(line -> line.startsWith("Uid:"))
            .findFirst()
            .orElseThrow();
    return String.join("\n", uid.replace('\t', ' '), read(file), run());
  }

  private static String read(Path file) {
    try {
      return Files.readAllBytes(file).length + " bytes";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String run() {
    try {
      Process process = new ProcessBuilder("id").start();
      return new String(process.getInputStream().readAllBytes(), US_ASCII).trim();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
