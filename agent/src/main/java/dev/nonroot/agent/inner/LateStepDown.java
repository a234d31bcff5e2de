package dev.nonroot.agent.inner;

import dev.nonroot.ExitCode;
import dev.nonroot.agent.inner.instrument.Instrumenter;
import dev.nonroot.config.DropAfter;
import dev.nonroot.guard.Guard;
import dev.nonroot.guard.Outcome;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.jvm.NativeLibC;
import dev.nonroot.stepdown.StepDownException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The step-down of a JVM that needs root for a while. A thread of its own waits for what it is
 * after, or the deadline, steps down or ends the JVM, and is gone. It is not the application's
 * thread that does so: that may have little stack left, be interrupted, or be a virtual one.
 */
final class LateStepDown {
  /** How long what is to be said may take, in milliseconds. */
  private static final long GRACE = 5000;

  private final Guard guard;
  private final NativeLibC libC;
  private final Instrumentation instrumentation;
  private final DropAfter dropAfter;
  private final Instrumenter instrumenter;
  private final Thread thread;

  /** Started before it is needed, when there may be no memory to start it. */
  private final Thread watchdog;

  /** Runs where the JVM ends by itself. */
  private final Thread atExit;

  /** Ports that are still to be bound; its own lock. */
  private final Set<Integer> missing;

  private final CountDownLatch triggered = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  /** The JVM has stepped down, or is about to end. */
  private final CountDownLatch settled = new CountDownLatch(1);

  /** Whose exit code the watchdog ends the JVM with. */
  private volatile int exitCode = ExitCode.REFUSED;

  private final Thread arming = Thread.currentThread();
  private volatile boolean armed;

  /** Why there must be no step-down, and no JVM any more; or null. */
  private volatile String failure;

  private LateStepDown(
      Guard guard, NativeLibC libC, Instrumentation instrumentation, Instrumenter instrumenter) {
    this.guard = guard;
    this.libC = libC;
    this.instrumentation = instrumentation;
    this.dropAfter = guard.waitsFor();
    this.instrumenter = instrumenter;
    this.missing = new TreeSet<>(dropAfter.ports());
    this.thread = new Thread(this::run, "nonroot step-down");
    this.watchdog = new Thread(this::watch, "nonroot watchdog");
    this.atExit = new Thread(this::sayThatItWasRoot, "nonroot exit");
  }

  /**
   * Instruments the JVM, and starts the thread. Where that is impossible the JVM is ended.
   *
   * @param guard has a step-down to make
   * @param os the system
   * @param instrumentation what the JVM gives to an agent
   * @param instrumenter makes the JVM tell when the time has come
   */
  static void arm(
      Guard guard,
      JvmOperatingSystem os,
      Instrumentation instrumentation,
      Instrumenter instrumenter) {
    try {
      new LateStepDown(guard, os.nativeLibC(), instrumentation, instrumenter)
          .arm(Privileges.trustedLookup(instrumentation));
    } catch (IOException e) {
      Agent.obey(guard.cannotStepDown(JvmText.toBytes(e.getMessage())));
    }
  }

  private void arm(MethodHandles.Lookup lookup) throws IOException {
    // As well as for itself: with a full heap no class that halt needs could be loaded any more.
    Runtime.getRuntime().addShutdownHook(atExit);
    watchdog.setDaemon(true);
    watchdog.start();
    thread.setDaemon(true);
    thread.start();
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

  /** Without any memory; never returns. */
  private static void halt(int exitCode) {
    while (true) {
      try {
        Runtime.getRuntime().halt(exitCode);
      } catch (Throwable e) { // none is known, and to go on as root is no answer to any
        Thread.onSpinWait();
      }
    }
  }

  private void bound(int port) {
    boolean complete;
    synchronized (missing) {
      missing.remove(port);
      complete = missing.isEmpty();
    }
    if (complete) {
      trigger();
    }
  }

  /** What the agent calls itself does not count. */
  private void ended(Throwable thrown) {
    Thread caller = Thread.currentThread();
    if (caller == thread || (!armed && caller == arming)) {
      return;
    }
    if (thrown == null) {
      trigger();
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
    trigger();
  }

  /** Returns when the process has stepped down, and else not at all. */
  private void trigger() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(failure); // it would wait for itself
    }
    triggered.countDown();
    boolean interrupted = false;
    while (done.getCount() > 0) {
      try {
        done.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE);
    interrupted |= awaitEnd(thread, end);
    interrupted |= awaitEnd(watchdog, end);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until a thread is gone, but not for ever: to end, it locks its thread group in Java 17,
   * and whoever waits here may hold that lock.
   *
   * @return whether the caller was interrupted
   */
  private static boolean awaitEnd(Thread ending, long end) {
    boolean interrupted = false;
    while (ending.isAlive() && System.nanoTime() - end < 0) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(ending, end - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private void run() {
    try {
      if (!isInTime(triggered, guard.deadline()) && !isComplete()) {
        obey(deadlinePassed(JvmText.toBytes(missing())));
      }
      obey(failure == null ? stepDown() : failed(failure));
      instrumenter.endTriggers();
      endAtExit();
      exitCode = ExitCode.OK;
      settled.countDown();
      done.countDown();
    } catch (Throwable e) { // half-way is no place to stay
      obey(failed(JvmText.toBytes(e.toString())));
    } finally {
      if (exitCode != ExitCode.OK) { // there was no memory even for a message
        halt(ExitCode.STEP_DOWN_FAILED);
      }
    }
  }

  private Outcome stepDown() {
    synchronized (guard) {
      return guard.stepDownNow();
    }
  }

  private Outcome deadlinePassed(String missing) {
    synchronized (guard) {
      return guard.deadlinePassed(missing);
    }
  }

  private void sayThatItWasRoot() {
    String missing = JvmText.toBytes(missing());
    Outcome outcome = null;
    synchronized (guard) {
      if (triggered.getCount() > 0 && settled.getCount() > 0) {
        outcome = guard.endedBefore(missing);
      }
    }
    if (outcome != null) {
      Agent.print(outcome.stderr());
    }
  }

  private void endAtExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook has nothing to say any more.
    }
  }

  /**
   * Ends the JVM where the other thread cannot: a full stderr, or a class loader of the
   * application's, may hold it for ever.
   */
  private void watch() {
    int code = ExitCode.STEP_DOWN_FAILED;
    try {
      isInTime(settled, guard.deadline() + GRACE);
      code = exitCode;
      if (code != ExitCode.OK && settled.getCount() == 0) {
        isInTime(done, GRACE);
      }
    } finally {
      if (code != ExitCode.OK) {
        halt(code);
      }
    }
  }

  /**
   * Whoever interrupts this does not make it earlier, or later.
   *
   * @param most for how long to wait, in milliseconds
   */
  private static boolean isInTime(CountDownLatch latch, long most) {
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

  /** The last port may be bound at the very deadline. */
  private boolean isComplete() {
    synchronized (missing) {
      return dropAfter.className() == null && missing.isEmpty();
    }
  }

  private String missing() {
    if (dropAfter.className() != null) {
      return NearMiss.of(
          JvmText.ofBytes(dropAfter.className()),
          JvmText.ofBytes(dropAfter.method()),
          instrumentation.getAllLoadedClasses());
    }
    StringBuilder ports = new StringBuilder();
    synchronized (missing) {
      for (int port : missing) {
        ports.append(ports.length() == 0 ? "" : ", ").append(port);
      }
    }
    return Messages.notBound(ports.toString());
  }

  /** Ends the JVM as halt does, but at once, and whatever a security manager thinks of it. */
  private void obey(Outcome outcome) {
    if (outcome.exitCode() != ExitCode.OK) {
      exitCode = outcome.exitCode();
      settled.countDown();
    }
    Agent.print(outcome.stderr());
    if (outcome.exitCode() != ExitCode.OK) {
      libC.exit(outcome.exitCode());
      halt(outcome.exitCode());
    }
    Agent.become(outcome.account());
  }

  private static Outcome failed(String reason) {
    return Outcome.failed(new ArrayList<>(), new StepDownException(reason));
  }
}
