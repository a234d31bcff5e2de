package dev.nonroot.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The threads of this JVM, which go on until the exec ends them. */
final class JvmThreads {
  private static final Path ALL = Path.of("/proc/self/task");
  private static final Path OWN = Path.of("/proc/thread-self");

  /** In milliseconds; a compiler thread has work for a few tens of them. */
  private static final int LONGEST = 3_000;

  /** How many in a row have to find all idle. */
  private static final int LOOKS = 2;

  /** In milliseconds, before and after each look, which gives the compiler work as well. */
  private static final int PAUSE = 5;

  private JvmThreads() {}

  /**
   * Waits until none of the other threads is at work, for three seconds at most. A JVM whose
   * compiler gets no memory or no thread complains of it on stdout; without memory, it ends.
   */
  static void awaitIdle() {
    try {
      Path own = OWN.toRealPath();
      long end = System.nanoTime() + LONGEST * 1_000_000L;
      Thread.sleep(PAUSE);
      for (int idle = 0; idle < LOOKS && System.nanoTime() - end < 0; ) {
        idle = areIdle(own) ? idle + 1 : 0;
        Thread.sleep(PAUSE);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // /proc is not as it should be: nobody can tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean areIdle(Path own) throws IOException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(ALL)) {
      for (Path thread : threads) {
        if (!thread.getFileName().equals(own.getFileName()) && !sleeps(thread)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Tells whether the third field, after the name in parentheses, is S; see proc(5). */
  private static boolean sleeps(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith(") S", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return false; // it has just ended, perhaps for another to begin
    }
  }
}
