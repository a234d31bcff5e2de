package dev.nonroot.guard;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.account.Accounts;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.DropAfter;
import dev.nonroot.config.Settings;
import dev.nonroot.config.Source;
import dev.nonroot.config.Spawn;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Policy;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.report.Verdict;
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
  private final Accounts accounts;
  private List<String> stderr = new ArrayList<>();

  private AgentOptions options;

  /** Who the process is, or null; then {@link #unknown} says why that is not known. */
  private Credentials credentials;

  private String unknown;

  /** The credentials as the policy sees them. */
  private Credentials judged;

  /** Who the process is to become, or null. */
  private Account target;

  /** The C library, loaded for a step-down that is to come. */
  private LibC libC;

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
   * @return what to do now, or null if there is nothing to do
   */
  public Outcome check(Source... sources) {
    try {
      identify();
      configure(sources);
      if (options.action() == Action.OFF) {
        return nothing();
      }
      boolean root = credentials != null && credentials.isRoot();
      if (root && options.action() == Action.DROP) {
        if (Exemption.covers(options.exempt(), jvm, os, proc)) {
          return nothing();
        }
        target = accounts.resolve(options.user());
        if (target.isRoot()) {
          return Outcome.refused(stderr, Messages.rootTarget(options.user().user().text()));
        }
        prepare();
        if (obstacle == null) {
          if (!options.dropAfter().isStart()) {
            return nothing();
          }
          stepDown();
        }
      }
      List<Finding> findings = findings();
      boolean toTell = !findings.isEmpty() || options.reportFile() != null;
      if (account == null && (!toTell || Exemption.covers(options.exempt(), jvm, os, proc))) {
        return nothing();
      }
      return decide(findings);
    } catch (Exception e) {
      // Told apart in Outcome: each type that is named here would be loaded at every start.
      return failed(e);
    }
  }

  /**
   * Says what to do where the check has failed, or could not be made.
   *
   * @param e what was thrown
   * @return what to do now, or null if there is nothing to do
   */
  public Outcome failed(Exception e) {
    return Exemption.coversMisconfigured(e, jvm, os, proc) ? null : Outcome.failed(stderr, e);
  }

  /**
   * Says what a step-down waits for.
   *
   * @return null if none is to come. If one is, the process is still root, and the agent has to
   *     call one of {@link #stepDownNow}, {@link #deadlinePassed} and {@link #cannotStepDown}, once
   */
  public DropAfter waitsFor() {
    boolean waits = libC != null && account == null && obstacle == null;
    return waits && !options.dropAfter().isStart() ? options.dropAfter() : null;
  }

  /**
   * @return how many milliseconds that may take
   */
  public long deadline() {
    return options.deadline();
  }

  /**
   * Makes the process step down, now that what it has waited for is there, and checks who it is
   * then.
   *
   * @return what to do now
   */
  public Outcome stepDownNow() {
    stderr = new ArrayList<>();
    try {
      stepDown();
      return decide(findings());
    } catch (Exception e) {
      return Outcome.failed(stderr, e);
    }
  }

  /**
   * Refuses the JVM, as what its step-down waits for has not come in time.
   *
   * @param missing what that is
   * @return what to do now
   */
  public Outcome deadlinePassed(String missing) {
    stderr = new ArrayList<>();
    return decide(
        stillRoot(
            List.of(),
            Severity.DENY,
            Messages.deadlinePassed(options.deadline(), options.dropAfter().toString(), missing),
            false));
  }

  /**
   * Says that the JVM has been root all its life, as it ends before what its step-down waits for
   * has come. It need not be the only call, as the JVM may still step down, or be refused.
   *
   * @param missing what that is
   * @return what to do now, which is to say so
   */
  public Outcome endedBefore(String missing) {
    stderr = new ArrayList<>();
    List<Finding> all =
        stillRoot(
            List.of(),
            Severity.WARN,
            Messages.endedBefore(options.deadline(), options.dropAfter().toString(), missing),
            false);
    stderr.addAll(new Reporter(os, jvm, options).report(Verdict.WARNED, credentials, all));
    return new Outcome(ExitCode.OK, stderr, null);
  }

  /**
   * Refuses the JVM, as it would not be noticed when what its step-down waits for is there.
   *
   * @param reason why not
   * @return what to do now
   */
  public Outcome cannotStepDown(String reason) {
    stderr = new ArrayList<>();
    obstacle = reason;
    return decide(findings());
  }

  /**
   * Says what is to be done about processes that the JVM starts.
   *
   * @return null if nothing is. If something is, {@link ChildProcesses#restrict} has to be called
   *     after {@link #check}, and before the application runs
   */
  public ChildProcesses childProcesses() {
    boolean matter =
        options != null && options.action() != Action.OFF && options.spawn() != Spawn.ALLOW;
    return matter && !Exemption.covers(options.exempt(), jvm, os, proc)
        ? new ChildProcesses(os, jvm, options)
        : null;
  }

  private Outcome nothing() {
    return stderr.isEmpty() ? null : new Outcome(ExitCode.OK, stderr, null);
  }

  private void configure(Source... sources) throws ConfigurationException {
    boolean asRoot = credentials == null || credentials.isRoot();
    Settings settings = Settings.resolve(os, asRoot, sources);
    for (String warning : settings.warnings()) {
      stderr.add(Message.line("warning", warning));
    }
    options = AgentOptions.of(settings, jvm.isInstrumented());
  }

  private void identify() {
    try {
      credentials = proc.credentials();
      judged = credentials;
    } catch (IdentityException e) {
      credentials = null;
      unknown = e.getMessage();
    }
  }

  /** Finds out what stands against a step-down, and does whatever can fail before it is begun. */
  private void prepare() {
    obstacle = StepDown.obstacle(proc, credentials, target);
    if (obstacle == null) {
      try {
        libC = os.libC();
      } catch (IOException e) {
        obstacle = e.getMessage();
      }
    }
  }

  private void stepDown() throws StepDownException, PosixException {
    int seccompBefore = credentials.seccomp();
    new StepDown(libC, proc, credentials, target, options.noNewPrivs(), StepDown.Scope.ALL_THREADS)
        .stepDownForGood();
    // later, memory may hold what only root could read
    new Posix(libC).setDumpable(options.dropAfter().isStart());
    account = target;
    identify();
    // The filter that carries no_new_privs allows everything: it is not what the policy asks for.
    judged = credentials == null ? null : credentials.withSeccomp(seccompBefore);
  }

  private List<Finding> findings() {
    if (credentials == null) {
      return options.action() == Action.DROP
          ? List.of(Policy.unknownIdentity(Severity.DENY, unknown))
          : options.policy().unknownIdentity(unknown);
    }
    List<Finding> findings = options.policy().evaluate(judged, proc, accounts);
    if (account == null) { // a step-down has verified every thread
      boolean never = options.action() == Action.DROP;
      options.policy().evaluateThreads(findings, credentials, proc, accounts, never);
    }
    if (obstacle == null) {
      return findings;
    }
    return stillRoot(findings, Severity.DENY, Messages.cannotStepDown(obstacle), true);
  }

  private Outcome decide(List<Finding> findings) {
    Verdict verdict = verdict(findings);
    stderr.addAll(new Reporter(os, jvm, options).report(verdict, credentials, findings));
    int exitCode = verdict == Verdict.REFUSED ? ExitCode.REFUSED : ExitCode.OK;
    return new Outcome(exitCode, stderr, account);
  }

  private Verdict verdict(List<Finding> findings) {
    if (options.action() != Action.WARN && Finding.anyDenies(findings)) {
      return Verdict.REFUSED;
    }
    Verdict passed = findings.isEmpty() ? Verdict.COMPLIANT : Verdict.WARNED;
    return account != null ? Verdict.DROPPED : passed;
  }

  /** Whoever asks for a step-down does not get root instead, whatever the policy says of root. */
  private List<Finding> stillRoot(
      List<Finding> findings, Severity severity, String why, boolean wayOut) {
    Finding root = Policy.root(credentials, proc);
    String fix = wayOut ? root.fix() : "";
    return new Finding(root.rule(), severity, root.message() + why, fix).inPlaceOfSame(findings);
  }
}
