package dev.nonroot.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Waiting for the other threads of a JVM, which are the test's own here. */
class JvmThreadsTest {
  /** Starts a thread that works until then, or until it is interrupted. */
  private static Thread working(long milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000L;
    Thread thread =
        new Thread(
            () -> {
              while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void whoWorksIsWaitedFor() throws Exception {
    Thread working = working(400);
    JvmThreads.awaitIdle();
    assertFalse(working.isAlive());
  }

  @Test
  void butNotForEver() throws Exception {
    Thread working = working(60_000);
    JvmThreads.awaitIdle();
    assertTrue(working.isAlive());
    working.interrupt();
    working.join();
  }
}
