package dev.nonroot.guard;

import dev.nonroot.Account;
import dev.nonroot.Accounts;
import dev.nonroot.ConfigurationException;
import dev.nonroot.Credentials;
import dev.nonroot.ExitCode;
import dev.nonroot.IdentityException;
import dev.nonroot.Messages;
import dev.nonroot.OperatingSystem;
import dev.nonroot.Proc;
import dev.nonroot.StepDown;
import dev.nonroot.StepDownException;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Settings;
import dev.nonroot.config.Source;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Rule;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.report.Report;
import dev.nonroot.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What an agent does when a JVM starts: check who it is, step down if asked to, and decide. */
public final class Guard {
  private final OperatingSystem os;
  private final Jvm jvm;
  private final Proc proc;
  private final Accounts accounts;
  private final List<String> stderr = new ArrayList<>();

  private AgentOptions options;

  /** Who the process is, or null; then {@link #unknown} says why that is not known. */
  private Credentials credentials;

  private String unknown;

  /** Who the process has become, or null. */
  private Account account;

  /** Why root could not be given up although it should be, or null. */
  private String obstacle;

  /**
   * @param os the system
   * @param jvm the JVM
   */
  public Guard(OperatingSystem os, Jvm jvm) {
    this.os = os;
    this.jvm = jvm;
    this.proc = new Proc(os);
    this.accounts = new Accounts(os);
  }

  /**
   * Checks the process, and makes it step down if that is asked for.
   *
   * @param sources what is configured but for the policy file, first wins
   * @return what to do now
   */
  public Outcome check(Source... sources) {
    try {
      identify();
      boolean asRoot = credentials == null || credentials.isRoot();
      Settings settings = Settings.resolve(os, asRoot, sources);
      for (String warning : settings.warnings()) {
        stderr.add(Messages.line("warning", warning));
      }
      options = AgentOptions.of(settings);
      if (options.action() == Action.OFF || Exemption.covers(options.exempt(), jvm)) {
        return new Outcome(ExitCode.OK, stderr, null);
      }
      if (options.action() == Action.DROP && credentials != null && credentials.isRoot()) {
        account = accounts.resolve(options.user());
        if (account.isRoot()) {
          return end(ExitCode.REFUSED, Messages.rootTarget(options.user().user().text()));
        }
        stepDown();
      }
      return decide();
    } catch (ConfigurationException e) {
      return end(ExitCode.CONFIGURATION, e.getMessage());
    } catch (StepDownException | PosixException e) {
      return end(ExitCode.STEP_DOWN_FAILED, Messages.stepDownFailed(e.getMessage()));
    }
  }

  private void identify() {
    try {
      credentials = proc.credentials();
    } catch (IdentityException e) {
      credentials = null;
      unknown = e.getMessage();
    }
  }

  private void stepDown() throws StepDownException, PosixException {
    LibC libC = null;
    obstacle = StepDown.obstacle(proc, credentials, account);
    if (obstacle == null) {
      try {
        libC = os.libC();
      } catch (IOException e) {
        obstacle = e.getMessage();
      }
    }
    if (obstacle != null) {
      account = null;
      return;
    }
    new StepDown(libC, proc, account, options.noNewPrivs(), StepDown.Scope.ALL_THREADS)
        .stepDownForGood();
    new Posix(libC).setDumpable();
    identify();
  }

  private Outcome decide() {
    List<Finding> findings =
        credentials == null
            ? options.policy().unknownIdentity(unknown)
            : options.policy().evaluate(credentials, proc, accounts);
    if (obstacle != null) {
      findings = stillRoot(findings);
    }
    Verdict verdict = verdict(findings);
    report(
        new Report(
            verdict,
            options.action().toString(),
            options.policy().profile().toString(),
            credentials,
            findings));
    int exitCode = verdict == Verdict.REFUSED ? ExitCode.REFUSED : ExitCode.OK;
    return new Outcome(exitCode, stderr, account);
  }

  private Verdict verdict(List<Finding> findings) {
    if (options.action() != Action.WARN && Finding.anyDenies(findings)) {
      return Verdict.REFUSED;
    }
    if (account != null) {
      return Verdict.DROPPED;
    }
    return findings.isEmpty() ? Verdict.COMPLIANT : Verdict.WARNED;
  }

  /** Whoever asks for a step-down does not get root instead, whatever the policy says of root. */
  private List<Finding> stillRoot(List<Finding> findings) {
    boolean userns = proc.rootIsUnprivilegedOutside();
    Rule rule = userns ? Rule.USERNS_ROOT : Rule.ROOT_UID;
    String message =
        Messages.rootUid(credentials.uid(), userns) + Messages.cannotStepDown(obstacle);
    List<Finding> all = new ArrayList<>();
    all.add(new Finding(rule, Severity.DENY, message, Messages.FIX_ROOT));
    for (Finding finding : findings) {
      if (finding.rule() != rule) {
        all.add(finding);
      }
    }
    return all;
  }

  private void report(Report report) {
    boolean silent =
        report.findings().isEmpty() || options.report() == AgentOptions.ReportForm.NONE;
    boolean json = options.report() == AgentOptions.ReportForm.JSON;
    if (!silent && !json) {
      stderr.addAll(report.toText());
    }
    if (options.reportFile() != null || (!silent && json)) {
      String line = report.toJson(jvm.subject());
      if (!silent && json) {
        stderr.add(line);
      }
      if (options.reportFile() != null) {
        append(options.reportFile(), line);
      }
    }
  }

  private void append(String path, String line) {
    try {
      os.append(path, line + "\n");
    } catch (IOException e) {
      stderr.add(Messages.line("warning", Messages.cannotReport(path, e.getMessage())));
    }
  }

  private Outcome end(int exitCode, String message) {
    String level = exitCode == ExitCode.REFUSED ? "refused" : "error";
    stderr.add(Messages.line(level, message));
    return new Outcome(exitCode, stderr, null);
  }
}
