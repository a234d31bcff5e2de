package dev.nonroot.launcher;

import dev.nonroot.Bytes;
import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.IdentityException;
import dev.nonroot.Messages;
import dev.nonroot.OperatingSystem;
import dev.nonroot.Proc;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Key;
import dev.nonroot.config.Settings;
import dev.nonroot.config.Source;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.Launch;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.launch.LaunchOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code exec}: steps down to a user, then becomes a command. */
@Command(
    name = "exec",
    description = "Steps down to a user for good, then becomes COMMAND: same process, no child.",
    mixinStandardHelpOptions = true,
    versionProvider = Nonroot.Version.class,
    customSynopsis = "nonroot exec [OPTIONS] [--] COMMAND [ARG...]",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "77:the user is root, and NONROOT_ALLOW_ROOT is not 1",
      "78:an option, NONROOT_ variable or policy file is wrong, or no user is configured",
      "125:the launcher failed, and COMMAND did not run",
      "126:COMMAND cannot be invoked",
      "127:COMMAND is not found",
      "else:COMMAND's own"
    })
final class ExecCommand implements Callable<Integer> {
  private final ByteOutput out;
  private final ByteOutput err;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "SPEC",
      description = "User to run as: user[:group], names or numbers (NONROOT_USER; file: user).")
  private String user;

  @Option(
      names = "--groups",
      paramLabel = "G[,G...]",
      description = "Supplementary groups in place of the user's; '' for none.")
  private String groups;

  @Option(
      names = "--keep-groups",
      description = "Keep the caller's supplementary groups as well, except 0.")
  private boolean keepGroups;

  @Option(names = "--cap")
  private String capabilities = "";

  @Option(names = "--own")
  private List<String> own = List.of();

  @Option(names = "--rlimit")
  private List<String> limits = List.of();

  @Option(names = "--umask", paramLabel = "OCTAL", description = "File mode creation mask.")
  private String umask;

  @Option(names = "--chdir", paramLabel = "DIR", description = "Directory to run COMMAND in.")
  private String chdir;

  @Option(names = "--allow-new-privs", description = "Leave no_new_privs off.")
  private boolean allowNewPrivs;

  @Option(
      names = "--strict",
      description = "Started as another user who is not root: an error instead of going on.")
  private boolean strict;

  @Option(
      names = "--warn-only",
      description =
          "Where stepping down is impossible, warn and run COMMAND as it is (NONROOT_ACTION=warn).")
  private boolean warnOnly;

  @Option(names = "--dry-run", description = "Print what would be done, run nothing.")
  private boolean dryRun;

  // Were it required, picocli would say that it is missing before it says that an option is
  // unknown.
  @Parameters(arity = "0..*", hidden = true)
  private List<String> command = List.of();

  @Spec private CommandSpec spec;

  ExecCommand(ByteOutput out, ByteOutput err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    if (command.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Missing COMMAND");
    }
    try {
      return run();
    } catch (ConfigurationException e) {
      err.println(Messages.line("error", e.getMessage()));
      return ExitCode.CONFIGURATION;
    } catch (LaunchException e) {
      return failed(e);
    } catch (IOException e) {
      err.println(Messages.line("error", JvmText.toBytes(String.valueOf(e))));
      return ExitCode.LAUNCHER_FAILED;
    }
  }

  private int failed(LaunchException e) {
    err.println(Messages.line("error", e.getMessage()));
    return e.exitCode();
  }

  private int run() throws ConfigurationException, LaunchException, IOException {
    JvmOperatingSystem os = new JvmOperatingSystem(new LauncherNativeAccess());
    Environment environment = CallerProcess.environment();
    Launch launch = new Launch(os, options(os, environment), environment);
    String warning = launch.plan();
    if (warning != null) {
      err.println(Messages.line("warning", warning));
    }
    if (dryRun) {
      launch.describe().forEach(out::println);
      return ExitCode.OK;
    }
    Handover.removePerfData();
    launch.stepDown(text -> err.println(Messages.line("warning", text)));
    new Handover(os.nativeLibC(), environment).restore();
    return failed(launch.exec());
  }

  LaunchOptions options(OperatingSystem os, Environment environment) throws ConfigurationException {
    Source own = new Source();
    if (user != null) {
      own.set(Key.USER, user, "the option --user");
    }
    Source variables = new Source();
    variables.addEnvironment(Bytes.of(String.join("\0", environment.toArray()) + "\0"));
    Settings settings = Settings.resolve(os, isRoot(os), own, variables);
    for (String warning : settings.warnings()) {
      err.println(Messages.line("warning", warning));
    }
    List<dev.nonroot.launch.ResourceLimit> parsed = new ArrayList<>();
    for (String limit : limits) {
      parsed.add(dev.nonroot.launch.ResourceLimit.parse(limit));
    }
    return new LaunchOptions(
        AgentOptions.user(settings),
        groups == null ? null : LaunchOptions.groups(groups),
        keepGroups,
        LaunchOptions.capabilities(capabilities),
        this.own,
        parsed,
        umask == null ? LaunchOptions.UMASK_OF_CALLER : LaunchOptions.umask(umask),
        chdir,
        allowNewPrivs,
        strict,
        warnOnly || AgentOptions.action(settings) == Action.WARN,
        "1".equals(environment.get(LaunchOptions.ALLOW_ROOT)),
        dryRun,
        new ArrayList<>(command));
  }

  private static boolean isRoot(OperatingSystem os) {
    try {
      return new Proc(os).credentials().isRoot();
    } catch (IdentityException e) {
      return true;
    }
  }
}
