package dev.nonroot.launch;

import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.ownership.Ownership;
import dev.nonroot.ownership.OwnershipException;
import dev.nonroot.ownership.Provision;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.stepdown.StepDownException;
import dev.nonroot.system.OperatingSystem;
import java.io.IOException;
import java.util.function.Consumer;

/** Does what a {@link LaunchPlan} says, up to the exec. */
final class Launch {
  private final OperatingSystem os;
  private final Proc proc;
  private final Environment environment;

  /**
   * @param os the system
   * @param proc what the kernel says of this process
   * @param environment the caller's environment, which becomes the command's
   */
  Launch(OperatingSystem os, Proc proc, Environment environment) {
    this.os = os;
    this.proc = proc;
    this.environment = environment;
  }

  /**
   * Becomes the user for good, and makes what else was asked for so, but for the limits.
   *
   * @param plan who to become
   * @param warnings what gets each warning to print, one char per byte
   * @return the command, for which everything is ready
   * @throws LaunchException if anything fails; the process must end then
   */
  ReadyCommand stepDown(LaunchPlan plan, Consumer<String> warnings) throws LaunchException {
    LaunchOptions options = plan.options();
    Account account = plan.account();
    try {
      LibC libC = os.libC();
      Posix posix = new Posix(libC);
      boolean noNewPrivs = !options.allowNewPrivs();
      Limits limits = new Limits(libC, options.limits());
      limits.raise();
      if (options.changesFiles()) {
        provide(plan, libC, warnings);
      }
      if (account != null) {
        if (!account.isRoot()) {
          StandardStreams.give(libC, account.uid());
          leaveKeyring(posix, warnings);
        }
        new StepDown(
                libC,
                proc,
                plan.caller(),
                account,
                options.kept(),
                noNewPrivs,
                StepDown.Scope.THREAD_THAT_EXECS)
            .stepDownForGood();
        if (noNewPrivs && !account.isRoot() && Terminal.isShared(libC)) {
          denyTyping(posix, warnings);
        }
        environment.set("HOME", account.home());
        setName("USER", account);
        setName("LOGNAME", account);
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
      Exec exec = new Exec(libC, options.command(), environment);
      if (!options.limits().isEmpty()) {
        exec.rehearse();
      }
      return new ReadyCommand(limits, exec);
    } catch (StepDownException e) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED, StepDownException.FAILED + e.getMessage());
    } catch (OwnershipException | PosixException | IOException e) {
      throw new LaunchException(ExitCode.LAUNCHER_FAILED, e.getMessage());
    }
  }

  /** Makes and gives files: for the user, or for the caller if the command runs as that. */
  private void provide(LaunchPlan plan, LibC libC, Consumer<String> warnings)
      throws OwnershipException, PosixException {
    LaunchOptions options = plan.options();
    Provision provision = new Provision(os, libC, plan.caller(), plan.user(), warnings);
    provision.make(options.directories());
    provision.copy(options.copies());
    if (plan.account() != null) {
      new Ownership(os, libC, plan.account(), options.own(), warnings).give();
    }
    provision.tell();
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

  private void setName(String variable, Account account) {
    if (account.name() == null) {
      environment.remove(variable);
    } else {
      environment.set(variable, account.name());
    }
  }
}
