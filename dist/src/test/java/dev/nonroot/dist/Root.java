package dev.nonroot.dist;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine. Elsewhere it is skipped, and says so; in CI it fails. */
public final class Root {
  private Root() {}

  /** The test runs as root. */
  public static void required() throws IOException {
    required((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
  }

  /**
   * The test needs something else.
   *
   * @param met whether it is there
   * @param need what it is, for the message
   */
  public static void required(boolean met, String need) {
    if (met) {
      return;
    }
    if ("true".equals(System.getenv("CI"))) {
      fail("in CI nothing is skipped: " + need);
    }
    System.err.println("SKIPPED: " + need);
    Assumptions.abort(need);
  }
}
