package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.account.Accounts;
import dev.nonroot.account.NameOrId;
import dev.nonroot.account.UnreadableAccountsException;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.ownership.Ownership;
import dev.nonroot.ownership.OwnershipException;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.stepdown.StepDownException;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run of the launcher: first {@link #plan} decides, changing nothing; then {@link #stepDown}
 * becomes the user; then {@link #exec} becomes the command.
 */
public final class Launch {
  private final OperatingSystem os;
  private final LaunchOptions options;
  private final Environment environment;
  private final Proc proc;

  /** Who runs the launcher. */
  private Credentials caller;

  /** Who to become, or null if the command runs as the caller. */
  private Account account;

  /** Why the command runs as root although it should not, or null. */
  private String warning;

  private Exec exec;

  /**
   * @param os the system
   * @param proc what the kernel says of this process
   * @param options what the launcher is told
   * @param environment the caller's environment, which becomes the command's
   */
  public Launch(OperatingSystem os, Proc proc, LaunchOptions options, Environment environment) {
    this.os = os;
    this.options = options;
    this.environment = environment;
    this.proc = proc;
  }

  /**
   * Decides who the command runs as.
   *
   * @return a warning to print, or null
   * @throws LaunchException if the command must not run
   */
  public String plan() throws LaunchException {
    return plan(readCaller());
  }

  /** Does what {@link #plan()} does, for a caller whose credentials have been read. */
  String plan(Credentials credentials) throws LaunchException {
    caller = credentials;
    if (caller.isSetId()) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.SET_ID);
    }
    String doubt = proc.doubt(caller.uid());
    if (doubt != null) { // root's own, perhaps, so that there may be what to give up
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.callerUnknown(doubt));
    }
    Account target = target();
    if (target == null) {
      return null;
    }
    if (target.isRoot() && !options.allowRoot()) {
      throw new LaunchException(
          ExitCode.REFUSED, Messages.rootTargetOfLauncher(options.user().user().text()));
    }
    if (target.isRoot() && options.capabilities() != 0) {
      throw new LaunchException(ExitCode.CONFIGURATION, Messages.CAP_OF_ROOT);
    }
    if (!caller.isRoot()) {
      if (options.strict() && !isAlready(caller, target)) {
        throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.notAsStrict(caller, target));
      }
      return null;
    }
    // Not an obstacle that --warn-only could accept: as root the command could do far more.
    long missing = target.isRoot() ? 0 : kept().missing(caller);
    if (missing != 0) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.cannotKeep(missing));
    }
    String obstacle = StepDown.obstacle(proc, caller, target);
    if (obstacle == null) {
      account = target;
      return null;
    }
    if (!options.warnOnly()) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED, Messages.launcherCannotStepDown(target.uid(), obstacle));
    }
    warning = Messages.launcherRunsAsRoot(obstacle);
    return warning;
  }

  private StepDown.Kept kept() {
    return new StepDown.Kept(options.capabilities(), false);
  }

  private Credentials readCaller() throws LaunchException {
    try {
      return proc.credentials();
    } catch (IdentityException e) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.callerUnknown(e.getMessage()));
    }
  }

  /**
   * Resolves the user-spec.
   *
   * @return the account; null if nobody can tell, and the caller, who is not root, stays who he is.
   *     In an image without /etc/passwd, podman makes one that only root can read.
   */
  private Account target() throws LaunchException {
    if (options.user() == null) {
      throw new LaunchException(ExitCode.CONFIGURATION, Messages.NO_USER);
    }
    try {
      Accounts accounts = new Accounts(os);
      Account resolved = accounts.resolve(options.user());
      if (options.groups() != null) {
        long[] gids = new long[options.groups().size()];
        for (int i = 0; i < gids.length; i++) {
          NameOrId group = options.groups().get(i);
          gids[i] = accounts.resolveGroup(group);
        }
        resolved = resolved.withGroups(Groups.of(gids));
      }
      return options.keepGroups()
          ? resolved.withGroups(resolved.groups().with(caller.groups().without(0)))
          : resolved;
    } catch (UnreadableAccountsException e) {
      if (!caller.isRoot() && !options.strict()) {
        return null;
      }
      throw new LaunchException(ExitCode.CONFIGURATION, e.getMessage());
    } catch (ConfigurationException e) {
      throw new LaunchException(ExitCode.CONFIGURATION, e.getMessage());
    }
  }

  /** Container engines differ in whether the primary gid is among the groups: it does not count. */
  private static boolean isAlready(Credentials caller, Account target) {
    return caller.uid().allAre(target.uid())
        && caller.gid().allAre(target.gid())
        && caller.groups().without(target.gid()).equals(target.groups().without(target.gid()));
  }

  /**
   * Says what {@link #stepDown} and {@link #exec} would do, after {@link #plan}.
   *
   * @return lines, one char per byte
   */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (account == null) {
      lines.add("user: as it is" + (warning == null ? ", which is not root" : ", which is root"));
    } else {
      String name = account.name() == null ? "" : " (" + account.name() + ")";
      lines.add("user: " + account.uid() + name);
      lines.add("group: " + account.gid() + (account.gid() == 0 ? " (root's group)" : ""));
      String rootGroup = account.groups().contains(0) ? " (0 is root's group)" : "";
      lines.add("supplementary groups: " + account.groups() + rootGroup);
      lines.add("home: " + account.home());
      for (String path : options.own()) {
        lines.add("own: " + path);
      }
      if (options.capabilities() != 0 && !account.isRoot()) {
        lines.add("capabilities: " + Capability.names(options.capabilities()));
      }
    }
    lines.add("no_new_privs: " + (options.allowNewPrivs() ? "as it is" : "on"));
    for (ResourceLimit limit : options.limits()) {
      String hard = ResourceLimit.text(limit.hard());
      lines.add("limit: " + limit.name() + " " + ResourceLimit.text(limit.soft()) + ":" + hard);
    }
    if (options.umask() != LaunchOptions.UMASK_OF_CALLER) {
      lines.add("umask: 0" + Integer.toOctalString(options.umask()));
    }
    if (options.chdir() != null) {
      lines.add("directory: " + options.chdir());
    }
    StringBuilder command = new StringBuilder("command:");
    for (String argument : options.command()) {
      command.append(' ').append(Message.word(argument));
    }
    lines.add(command.toString());
    return lines;
  }

  /**
   * Becomes the user for good, after {@link #plan}, and makes what else was asked for so, but for
   * the limits.
   *
   * @param warnings what gets each warning to print, one char per byte
   * @throws LaunchException if anything fails; the process must end then
   */
  public void stepDown(Consumer<String> warnings) throws LaunchException {
    try {
      LibC libC = os.libC();
      Posix posix = new Posix(libC);
      boolean noNewPrivs = !options.allowNewPrivs();
      new Limits(libC, options.limits()).raise();
      if (account != null) {
        new Ownership(os, libC, account, warnings).give(options.own());
        if (!account.isRoot()) {
          StandardStreams.give(libC, account.uid());
          leaveKeyring(posix, warnings);
        }
        new StepDown(
                libC, proc, caller, account, kept(), noNewPrivs, StepDown.Scope.THREAD_THAT_EXECS)
            .stepDownForGood();
        if (noNewPrivs && !account.isRoot() && Terminal.isShared(libC)) {
          denyTyping(posix, warnings);
        }
        environment.set("HOME", account.home());
        name("USER");
        name("LOGNAME");
      } else if (noNewPrivs) {
        posix.setNoNewPrivs();
        posix.verifyNoNewPrivs();
      }
      if (options.umask() != LaunchOptions.UMASK_OF_CALLER) {
        posix.umask(options.umask());
      }
      if (options.chdir() != null) {
        posix.chdir(options.chdir());
      }
      exec = new Exec(posix, options.command(), environment);
      if (!options.limits().isEmpty()) {
        exec.rehearse();
      }
    } catch (StepDownException e) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED, StepDownException.FAILED + e.getMessage());
    } catch (OwnershipException | PosixException | IOException e) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, e.getMessage());
    }
  }

  /** Before the step-down, so that the new keyring counts for root's quota, which is large. */
  private static void leaveKeyring(Posix posix, Consumer<String> warnings) {
    try {
      posix.joinNewSessionKeyring();
    } catch (PosixException e) {
      warnings.accept(Messages.keepsKeyring(e.getMessage()));
    }
  }

  private static void denyTyping(Posix posix, Consumer<String> warnings) {
    try {
      posix.denyTyping();
    } catch (PosixException e) {
      warnings.accept(Messages.mayType(e.getMessage()));
    }
  }

  private void name(String variable) {
    if (account.name() == null) {
      environment.remove(variable);
    } else {
      environment.set(variable, account.name());
    }
  }

  /**
   * Sets the limits and becomes the command, after {@link #stepDown}.
   *
   * @return why that did not work, with exit code 126 or 127, or 125 if it was a limit; it returns
   *     only then
   */
  public LaunchException exec() {
    try {
      new Limits(os.libC(), options.limits()).set();
      return exec.run();
    } catch (PosixException | IOException e) {
      return new LaunchException(ExitCode.LAUNCHER_FAILED, e.getMessage());
    }
  }
}
