package dev.nonroot.launch;

import java.util.ArrayList;
import java.util.List;

/** Notes what is printed, and calls back. */
final class FakeFrontEnd implements FrontEnd {
  final StringBuilder out = new StringBuilder();
  final StringBuilder err = new StringBuilder();
  final List<String> hooks = new ArrayList<>();
  Runnable onHook = () -> {};
  boolean threadsMayStarve;
  LaunchException failure;
  String failing = "";

  @Override
  public String program() {
    return "nonroot";
  }

  @Override
  public String version() {
    return "nonroot 1.2.3";
  }

  @Override
  public void out(String line) {
    out.append(line).append('\n');
  }

  @Override
  public void err(String line) {
    err.append(line).append('\n');
  }

  @Override
  public void beforeStepDown() throws LaunchException {
    hook("step-down");
  }

  @Override
  public void beforePlan(boolean threadsMayStarve) throws LaunchException {
    this.threadsMayStarve = threadsMayStarve;
    if (failing.equals("plan")) {
      throw failure;
    }
  }

  @Override
  public void beforeExec() throws LaunchException {
    hook("exec");
  }

  private void hook(String name) throws LaunchException {
    hooks.add(name);
    onHook.run();
    if (failing.equals(name)) {
      throw failure;
    }
  }

  /** Lets a hook fail. */
  void fail(String hook, int exitCode, String message) {
    failing = hook;
    failure = new LaunchException(exitCode, message);
  }
}
