package dev.nonroot.guard;

import dev.nonroot.config.DropAfter;
import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;

/** A guard, and what it has decided: what an agent keeps of the two. */
final class GuardRun {
  private final Guard guard;
  private Decision decision;

  GuardRun(FakeKernel kernel, FakeJvm jvm) {
    guard = new Guard(kernel, jvm);
  }

  Outcome check(Source... sources) {
    decision = guard.check(sources);
    return decision.outcome();
  }

  Outcome failed(Exception failure) {
    return guard.failed(failure).outcome();
  }

  /** What a pending step-down waits for, or null if none is pending. */
  DropAfter waitsFor() {
    return decision.pending() == null ? null : decision.pending().waitsFor();
  }

  PendingStepDown pending() {
    return decision.pending();
  }

  ChildProcesses childProcesses() {
    return decision.childProcesses();
  }
}
