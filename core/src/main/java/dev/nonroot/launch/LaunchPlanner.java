package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.account.Accounts;
import dev.nonroot.account.NameOrId;
import dev.nonroot.account.UnreadableAccountsException;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.system.OperatingSystem;

/** Decides who the launcher's command runs as, and changes nothing. */
final class LaunchPlanner {
  private final OperatingSystem os;
  private final Proc proc;
  private final LaunchOptions options;
  private final String home;

  /**
   * @param os the system
   * @param proc what the kernel says of this process
   * @param options what the launcher is told
   * @param home HOME in the caller's environment, or null
   */
  LaunchPlanner(OperatingSystem os, Proc proc, LaunchOptions options, String home) {
    this.os = os;
    this.proc = proc;
    this.options = options;
    this.home = home;
  }

  /**
   * Decides who the command runs as.
   *
   * @throws LaunchException if the command must not run
   */
  LaunchPlan plan() throws LaunchException {
    try {
      return plan(proc.credentials());
    } catch (IdentityException e) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.callerUnknown(e.getMessage()));
    }
  }

  /** Does what {@link #plan()} does, for a caller whose credentials have been read. */
  LaunchPlan plan(Credentials caller) throws LaunchException {
    if (caller.isSetId()) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.SET_ID);
    }
    String doubt = proc.doubt(caller.uid());
    if (doubt != null) { // root's own, perhaps, so that there may be what to give up
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.callerUnknown(doubt));
    }
    Account target = target(caller);
    if (target == null) {
      return LaunchPlan.asItIs(options, caller);
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
      return LaunchPlan.asItIs(options, caller);
    }
    // Not an obstacle that --warn-only could accept: as root the command could do far more.
    long missing = target.isRoot() ? 0 : options.kept().missing(caller);
    if (missing != 0) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, Messages.cannotKeep(missing));
    }
    String obstacle = StepDown.obstacle(proc, caller, target, StepDown.Scope.THREAD_THAT_EXECS);
    if (obstacle == null) {
      return new LaunchPlan(options, caller, target, null);
    }
    if (!options.warnOnly()) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED, Messages.launcherCannotStepDown(target.uid(), obstacle));
    }
    return new LaunchPlan(options, caller, null, Messages.launcherRunsAsRoot(obstacle));
  }

  /**
   * Resolves the user-spec.
   *
   * @return the account; null if nobody can tell, and the caller, who is not root, stays who he is.
   *     In an image without /etc/passwd, podman makes one that only root can read.
   */
  private Account target(Credentials caller) throws LaunchException {
    if (options.user() == null) {
      throw new LaunchException(ExitCode.CONFIGURATION, Messages.NO_USER);
    }
    try {
      return resolve(caller);
    } catch (UnreadableAccountsException e) {
      if (!caller.isRoot() && !options.strict()) {
        return null;
      }
      throw new LaunchException(ExitCode.CONFIGURATION, e.getMessage());
    } catch (ConfigurationException e) {
      throw new LaunchException(ExitCode.CONFIGURATION, e.getMessage());
    }
  }

  /**
   * A method of its own, as TeaVM 0.15.0 loses a local variable behind a long try block: in the
   * native launcher the caller was null in its catch.
   */
  private Account resolve(Credentials caller) throws ConfigurationException {
    Accounts accounts = new Accounts(os);
    Account resolved = accounts.withHome(accounts.resolve(options.user()), home);
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
  }

  /** Container engines differ in whether the primary gid is among the groups: it does not count. */
  private static boolean isAlready(Credentials caller, Account target) {
    return caller.uid().allAre(target.uid())
        && caller.gid().allAre(target.gid())
        && caller.groups().without(target.gid()).equals(target.groups().without(target.gid()));
  }
}
