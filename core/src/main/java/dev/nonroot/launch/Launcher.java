package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.config.Key;
import dev.nonroot.config.Settings;
import dev.nonroot.config.Source;
import dev.nonroot.identity.Credentials;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Message;
import java.util.function.Consumer;

/** The launcher from its command line to its exit code; each front end adapts it to where it is. */
public final class Launcher {
  private final OperatingSystem os;
  private final Environment environment;
  private final FrontEnd frontEnd;

  private final Proc proc;

  /**
   * @param os the system
   * @param environment the caller's environment, which becomes the command's
   * @param frontEnd where to print, and what else to do
   */
  public Launcher(OperatingSystem os, Environment environment, FrontEnd frontEnd) {
    this.os = os;
    this.proc = new Proc(os);
    this.environment = environment;
    this.frontEnd = frontEnd;
  }

  /**
   * Runs the launcher under the name that it was started by: {@code gosu} and {@code su-exec} have
   * a command line of their own, see {@link Gosu}; any other means {@link #run}.
   *
   * @param argv the name, with or without directories, and the arguments; one char per byte
   * @return with which code to end at once; it returns only if the process did not become a command
   */
  public int runByName(String... argv) {
    String name = argv.length == 0 ? "" : argv[0].substring(argv[0].lastIndexOf('/') + 1);
    String[] args = new String[Math.max(0, argv.length - 1)];
    for (int i = 0; i < args.length; i++) {
      args[i] = argv[i + 1];
    }
    return Gosu.NAMES.contains(name)
        ? new Gosu(os, environment, frontEnd, name).run(args)
        : run(args);
  }

  /**
   * Runs the launcher. It throws nothing.
   *
   * @param args {@code [OPTIONS] [--] COMMAND [ARG...]}, one char per byte
   * @return with which code to end at once; it returns only if the process did not become a command
   */
  public int run(String... args) {
    try {
      return launch(args);
    } catch (Throwable e) { // an Error, of memory for one: what was begun must not go on
      return fail(ExitCode.LAUNCHER_FAILED, Message.internalError(e.toString()));
    }
  }

  /** Does what {@link #run} does, and may throw. */
  int launch(String... args) {
    CommandLine line;
    try {
      line = CommandLine.parse(args);
    } catch (ConfigurationException e) {
      return fail(ExitCode.CONFIGURATION, Message.seeHelp(e.getMessage(), frontEnd.program()));
    }
    if (line.has(Option.HELP)) {
      frontEnd.out(Usage.of(frontEnd.program()));
      return ExitCode.OK;
    }
    if (line.has(Option.VERSION)) {
      frontEnd.out(frontEnd.version());
      return ExitCode.OK;
    }
    try {
      frontEnd.beforePlan(
          !line.has(Option.DRY_RUN) && ResourceLimit.mayStarveThreads(line.limits()));
      return launch(plan(line));
    } catch (ConfigurationException e) {
      return fail(ExitCode.CONFIGURATION, e.getMessage());
    } catch (LaunchException e) {
      return fail(e.exitCode(), e.getMessage());
    }
  }

  private int launch(LaunchPlan plan) throws LaunchException {
    if (plan.warning() != null) {
      warn(plan.warning());
    }
    if (plan.options().dryRun()) {
      for (String each : plan.describe()) {
        frontEnd.out(each);
      }
      return ExitCode.OK;
    }
    frontEnd.beforeStepDown();
    ReadyCommand command =
        new Launch(os, proc, environment)
            .stepDown(
                plan,
                new Consumer<>() { // a lambda, the first one, costs the start of a JVM
                  @Override
                  public void accept(String text) {
                    warn(text);
                  }
                });
    frontEnd.beforeExec();
    throw command.run();
  }

  /** Whom nobody knows may be root; the options are read first, as what is wrong with them is. */
  private LaunchPlan plan(CommandLine line) throws ConfigurationException, LaunchException {
    String home = environment.get("HOME");
    Credentials caller;
    try {
      caller = proc.credentials();
    } catch (IdentityException e) {
      return new LaunchPlanner(os, proc, options(line, true), home).plan();
    }
    return new LaunchPlanner(os, proc, options(line, caller.isRoot()), home).plan(caller);
  }

  /** Takes together the command line, the environment and the policy file. */
  LaunchOptions options(CommandLine line, boolean asRoot) throws ConfigurationException {
    Source own = new Source();
    if (line.user() != null) {
      own.set(Key.USER, line.user(), "the option --user");
    }
    Source variables = new Source();
    for (String variable : environment.toArray()) {
      variables.addVariable(variable);
    }
    Settings settings = Settings.resolve(os, asRoot, own, variables);
    LaunchOptions options;
    try {
      options = line.options(settings, LaunchOptions.allowsRoot(environment));
    } finally {
      for (String warning : settings.warnings()) {
        warn(warning);
      }
    }
    return options;
  }

  private void warn(String text) {
    frontEnd.err(Message.line("warning", text));
  }

  private int fail(int exitCode, String text) {
    frontEnd.err(Message.line("error", text));
    return exitCode;
  }
}
