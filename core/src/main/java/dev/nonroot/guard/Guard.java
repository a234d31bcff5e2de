package dev.nonroot.guard;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.Account;
import dev.nonroot.account.Accounts;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Settings;
import dev.nonroot.config.Source;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
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

/** What an agent does when a JVM starts: check who it is, step down if asked to, and decide. */
public final class Guard {
  private final OperatingSystem os;
  private final Jvm jvm;
  private final Proc proc;

  /**
   * @param os the system
   * @param jvm the JVM
   */
  public Guard(OperatingSystem os, Jvm jvm) {
    this.os = os;
    this.jvm = jvm;
    this.proc = new Proc(os);
  }

  /**
   * Checks the process, and makes it step down if that is asked for.
   *
   * @param sources what is configured but for the policy file, first wins
   * @return what to do now, and later
   */
  public Decision check(Source... sources) {
    List<String> stderr = new ArrayList<>();
    try {
      Credentials credentials = null;
      String unknown = null;
      try {
        credentials = proc.credentials();
      } catch (IdentityException e) {
        unknown = e.getMessage();
      }
      boolean asRoot = credentials == null || credentials.isRoot();
      Context context = configure(stderr, asRoot, sources);
      if (context.options().action() == Action.OFF) {
        return Decision.nothing(stderr);
      }
      if (credentials == null) {
        return judge(context, stderr, null, context.unknown(unknown));
      }
      return credentials.isRoot() && context.options().action() == Action.DROP
          ? drop(context, stderr, credentials)
          : judge(context, stderr, credentials, context.findings(credentials));
    } catch (Exception e) {
      // Told apart in Outcome: each type that is named here would be loaded at every start.
      return failed(stderr, e);
    }
  }

  /**
   * Says what to do where the check could not be made.
   *
   * @param failure what was thrown
   * @return what to do now
   */
  public Decision failed(Exception failure) {
    return failed(new ArrayList<>(), failure);
  }

  private Decision failed(List<String> stderr, Exception failure) {
    return Decision.of(
        Exemption.coversMisconfigured(failure, jvm, os, proc)
            ? null
            : Outcome.failed(stderr, failure));
  }

  private Context configure(List<String> stderr, boolean asRoot, Source... sources)
      throws ConfigurationException {
    Settings settings = Settings.resolve(os, asRoot, sources);
    for (String warning : settings.warnings()) {
      stderr.add(Message.line("warning", warning));
    }
    AgentOptions options = AgentOptions.of(settings, jvm.isInstrumented());
    return new Context(os, jvm, proc, new Accounts(os), options);
  }

  /** Finds out what stands against a step-down, and does whatever can fail before it is begun. */
  private Decision drop(Context context, List<String> stderr, Credentials credentials)
      throws ConfigurationException, StepDownException, PosixException {
    AgentOptions options = context.options();
    if (context.isExempt()) {
      return Decision.nothing(stderr);
    }
    Account target = context.accounts().resolve(options.user());
    if (target.isRoot()) {
      return Decision.of(
          Outcome.refused(stderr, Messages.rootTarget(options.user().user().text())));
    }
    String obstacle = StepDown.obstacle(proc, credentials, target, StepDown.Scope.ALL_THREADS);
    if (obstacle != null) {
      return cannotStepDown(context, stderr, credentials, obstacle);
    }
    PendingStepDown pending;
    try {
      pending = new PendingStepDown(context, credentials, target, os.libC());
    } catch (IOException e) {
      return cannotStepDown(context, stderr, credentials, e.getMessage());
    }
    if (options.dropAfter().isStart()) {
      return Decision.of(context, pending.stepDown(stderr));
    }
    return Decision.later(context, stderr, pending);
  }

  private Decision cannotStepDown(
      Context context, List<String> stderr, Credentials credentials, String obstacle) {
    return judge(context, stderr, credentials, context.cannotStepDown(credentials, obstacle));
  }

  /** Where nothing is to be told, nobody asks whether the JVM is exempt. */
  private static Decision judge(
      Context context, List<String> stderr, Credentials credentials, List<Finding> findings) {
    boolean toTell = !findings.isEmpty() || context.options().reportFile() != null;
    return toTell && !context.isExempt()
        ? Decision.of(context, Outcome.judged(context, stderr, credentials, findings))
        : Decision.of(context, Outcome.going(stderr));
  }
}
