package dev.nonroot.agent.inner;

import dev.nonroot.ExitCode;
import dev.nonroot.agent.inner.instrument.Instrumenter;
import dev.nonroot.guard.Outcome;
import dev.nonroot.guard.PendingStepDown;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.jvm.NativeLibC;
import dev.nonroot.stepdown.StepDownException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The step-down of a JVM that needs root for a while. A thread of its own waits for its {@link
 * Trigger}, or the deadline, steps down or ends the JVM, and is gone. It is not the application's
 * thread that does so: that may have little stack left, be interrupted, or be a virtual one.
 */
final class LateStepDown {
  /** How long what is to be said may take, in milliseconds. */
  private static final long GRACE = 5000;

  private final PendingStepDown pending;
  private final NativeLibC libC;
  private final Instrumenter instrumenter;
  private final Trigger trigger;
  private final Thread thread;

  /** Started before it is needed, when there may be no memory to start it. */
  private final Thread watchdog;

  /** Runs where the JVM ends by itself. */
  private final Thread atExit;

  private final CountDownLatch done = new CountDownLatch(1);

  /** The JVM has stepped down, or is about to end. */
  private final CountDownLatch settled = new CountDownLatch(1);

  /** Whose exit code the watchdog ends the JVM with. */
  private volatile int exitCode = ExitCode.REFUSED;

  private LateStepDown(
      PendingStepDown pending,
      NativeLibC libC,
      Instrumentation instrumentation,
      Instrumenter instrumenter) {
    this.pending = pending;
    this.libC = libC;
    this.instrumenter = instrumenter;
    this.thread = new Thread(this::run, "nonroot step-down");
    this.trigger = new Trigger(pending.waitsFor(), instrumentation, thread, this::hold);
    this.watchdog = new Thread(this::watch, "nonroot watchdog");
    this.atExit = new Thread(this::sayThatItWasRoot, "nonroot exit");
  }

  /**
   * Instruments the JVM, and starts the thread. Where that is impossible the JVM is ended.
   *
   * @param pending the step-down to make
   * @param os the system
   * @param instrumentation what the JVM gives to an agent
   * @param instrumenter makes the JVM tell when the time has come
   */
  static void arm(
      PendingStepDown pending,
      JvmOperatingSystem os,
      Instrumentation instrumentation,
      Instrumenter instrumenter) {
    try {
      new LateStepDown(pending, os.nativeLibC(), instrumentation, instrumenter)
          .arm(Privileges.trustedLookup(instrumentation));
    } catch (IOException e) {
      Agent.obey(pending.cannotStepDown(JvmText.toBytes(e.getMessage())));
    }
  }

  private void arm(MethodHandles.Lookup lookup) throws IOException {
    // As well as for itself: with a full heap no class that halt needs could be loaded any more.
    Runtime.getRuntime().addShutdownHook(atExit);
    watchdog.setDaemon(true);
    watchdog.start();
    thread.setDaemon(true);
    thread.start();
    trigger.arm(instrumenter, lookup);
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

  /** Returns when the process has stepped down, and else not at all. */
  private void hold() {
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
      if (!trigger.comesWithin(pending.deadline())) {
        obey(deadlinePassed(trigger.missing()));
      }
      String failure = trigger.failure();
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
    synchronized (pending) {
      return pending.now();
    }
  }

  private Outcome deadlinePassed(String missing) {
    synchronized (pending) {
      return pending.deadlinePassed(missing);
    }
  }

  private void sayThatItWasRoot() {
    String missing = trigger.missing();
    Outcome outcome = null;
    synchronized (pending) {
      if (!trigger.hasCome() && settled.getCount() > 0) {
        outcome = pending.endedBefore(missing);
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
      Trigger.isInTime(settled, pending.deadline() + GRACE);
      code = exitCode;
      if (code != ExitCode.OK && settled.getCount() == 0) {
        Trigger.isInTime(done, GRACE);
      }
    } finally {
      if (code != ExitCode.OK) {
        halt(code);
      }
    }
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
