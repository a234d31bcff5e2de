package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Whether the examples are run as root. */
final class Root {
  private Root() {}

  static boolean is() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  /** Where it is not, what needs it is skipped, and says so; in CI it fails. */
  static void required(String by) throws IOException {
    if (is()) {
      return;
    }
    if ("true".equals(System.getenv("CI"))) {
      fail("in CI nothing is skipped: " + by + " needs root");
    }
    System.err.println("SKIPPED: " + by + " needs root");
    Assumptions.abort("needs root");
  }
}
