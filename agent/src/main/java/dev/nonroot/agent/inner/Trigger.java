package dev.nonroot.agent.inner;

import dev.nonroot.agent.inner.instrument.Instrumenter;
import dev.nonroot.config.DropAfter;
import dev.nonroot.jvm.JvmText;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a later step-down waits for: sockets that are bound, or a method that returns. The
 * application's own threads tell of it, and are held until the step-down is over.
 */
final class Trigger {
  private final DropAfter dropAfter;
  private final Instrumentation instrumentation;
  private final Thread acting;
  private final Runnable hold;

  /** Ports that are still to be bound; its own lock. */
  private final Set<Integer> missing;

  private final CountDownLatch come = new CountDownLatch(1);
  private final Thread arming = Thread.currentThread();
  private volatile boolean armed;

  /** Why there must be no step-down, and no JVM any more; or null. */
  private volatile String failure;

  /**
   * @param dropAfter what to wait for
   * @param instrumentation what the JVM gives to an agent
   * @param acting the thread that steps down: what it does itself does not count
   * @param hold returns when the process has stepped down, and else not at all
   */
  Trigger(DropAfter dropAfter, Instrumentation instrumentation, Thread acting, Runnable hold) {
    this.dropAfter = dropAfter;
    this.instrumentation = instrumentation;
    this.acting = acting;
    this.hold = hold;
    this.missing = new TreeSet<>(dropAfter.ports());
  }

  /**
   * Makes the JVM tell.
   *
   * @param instrumenter changes the classes that have to
   * @param lookup may define the classes of the agent in java.base
   * @throws IOException if that is impossible
   */
  void arm(Instrumenter instrumenter, MethodHandles.Lookup lookup) throws IOException {
    if (dropAfter.className() == null) {
      instrumenter.tellBinds(lookup, this::bound, this::cannotTell);
    } else {
      instrumenter.tellEnd(
          lookup,
          JvmText.ofBytes(dropAfter.className()),
          JvmText.ofBytes(dropAfter.method()),
          this::ended,
          this::cannotTell);
    }
    armed = true;
  }

  private void bound(int port) {
    boolean complete;
    synchronized (missing) {
      missing.remove(port);
      complete = missing.isEmpty();
    }
    if (complete) {
      pull();
    }
  }

  /** What the agent calls itself does not count. */
  private void ended(Throwable thrown) {
    Thread caller = Thread.currentThread();
    if (caller == acting || (!armed && caller == arming)) {
      return;
    }
    if (thrown == null) {
      pull();
    } else {
      fail(Messages.methodThrew(dropAfter.className(), dropAfter.method(), text(thrown)));
    }
  }

  /** The application prints it no more. */
  private static String text(Throwable thrown) {
    try {
      return JvmText.toBytes(thrown.toString());
    } catch (Throwable e) { // the application's code
      return JvmText.toBytes(thrown.getClass().getName());
    }
  }

  private void cannotTell(String reason) {
    fail(JvmText.toBytes(reason));
  }

  private void fail(String reason) {
    failure = reason;
    pull();
  }

  private void pull() {
    if (Thread.currentThread() == acting) {
      throw new IllegalStateException(failure); // it would wait for itself
    }
    come.countDown();
    hold.run();
  }

  /**
   * @param most for how long to wait, in milliseconds
   * @return whether it came by then; the last port may be bound at the very end
   */
  boolean comesWithin(long most) {
    return isInTime(come, most) || isComplete();
  }

  /**
   * Waits; whoever interrupts this does not make it earlier, or later.
   *
   * @param latch what to wait for
   * @param most for how long, in milliseconds
   * @return whether it came by then
   */
  static boolean isInTime(CountDownLatch latch, long most) {
    long start = System.nanoTime();
    long nanos = TimeUnit.MILLISECONDS.toNanos(most);
    while (true) {
      try {
        return latch.await(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // the application's doing
      }
    }
  }

  private boolean isComplete() {
    synchronized (missing) {
      return dropAfter.className() == null && missing.isEmpty();
    }
  }

  /**
   * @return whether the application has told of it
   */
  boolean hasCome() {
    return come.getCount() == 0;
  }

  /**
   * @return why there must be no step-down, and no JVM any more; null if there may
   */
  String failure() {
    return failure;
  }

  /**
   * @return what has not come, one char per byte
   */
  String missing() {
    if (dropAfter.className() != null) {
      return JvmText.toBytes(
          NearMiss.of(
              JvmText.ofBytes(dropAfter.className()),
              JvmText.ofBytes(dropAfter.method()),
              instrumentation.getAllLoadedClasses()));
    }
    StringBuilder ports = new StringBuilder();
    synchronized (missing) {
      for (int port : missing) {
        ports.append(ports.length() == 0 ? "" : ", ").append(port);
      }
    }
    return Messages.notBound(ports.toString());
  }
}
