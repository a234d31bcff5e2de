package dev.nonroot.launch;

import dev.nonroot.fake.FakeKernel;
import dev.nonroot.process.Proc;
import java.util.List;
import java.util.function.Consumer;

/** A plan, the step-down and the command: what a front end keeps of the three. */
final class LaunchRun {
  private final FakeKernel kernel;
  private final Proc proc;
  private final LaunchOptions options;
  private final Environment environment;
  private LaunchPlan plan;
  private ReadyCommand command;

  LaunchRun(FakeKernel kernel, LaunchOptions options, Environment environment) {
    this.kernel = kernel;
    this.proc = new Proc(kernel);
    this.options = options;
    this.environment = environment;
  }

  /** Returns the warning of the plan, or null. */
  String plan() throws LaunchException {
    plan = new LaunchPlanner(kernel, proc, options, environment.get("HOME")).plan();
    return plan.warning();
  }

  List<String> describe() {
    return plan.describe();
  }

  void stepDown(Consumer<String> warnings) throws LaunchException {
    command = new Launch(kernel, proc, environment).stepDown(plan, warnings);
  }

  LaunchException exec() {
    return command.run();
  }
}
