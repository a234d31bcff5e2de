package dev.nonroot.guard;

import dev.nonroot.account.Account;
import dev.nonroot.config.DropAfter;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdentityException;
import dev.nonroot.report.Verdict;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.stepdown.StepDownException;
import java.util.ArrayList;
import java.util.List;

/**
 * A step-down that nothing stands against, and that has not begun: the process is still root. It
 * comes to one of three ends, {@link #now}, {@link #deadlinePassed} and {@link #cannotStepDown}.
 */
public final class PendingStepDown {
  private final Context context;
  private final Credentials root;
  private final Account target;

  /** Loaded before, as it may not be there any more when its time has come. */
  private final LibC libC;

  PendingStepDown(Context context, Credentials root, Account target, LibC libC) {
    this.context = context;
    this.root = root;
    this.target = target;
    this.libC = libC;
  }

  /**
   * @return what it waits for
   */
  public DropAfter waitsFor() {
    return context.options().dropAfter();
  }

  /**
   * @return how many milliseconds that may take
   */
  public long deadline() {
    return context.options().deadline();
  }

  /**
   * Makes the process step down, now that what it has waited for is there, and checks who it is
   * then.
   *
   * @return what to do now
   */
  public Outcome now() {
    List<String> stderr = new ArrayList<>();
    try {
      return stepDown(stderr);
    } catch (Exception e) {
      return Outcome.failed(stderr, e);
    }
  }

  /** Does what {@link #now} does, behind lines that are to be printed already. */
  Outcome stepDown(List<String> stderr) throws StepDownException, PosixException {
    boolean noNewPrivs = context.options().noNewPrivs();
    new StepDown(libC, context.proc(), root, target, noNewPrivs, StepDown.Scope.ALL_THREADS)
        .stepDownForGood();
    // later, memory may hold what only root could read
    new Posix(libC).setDumpable(waitsFor().isStart());
    Credentials credentials;
    try {
      credentials = context.proc().credentials();
    } catch (IdentityException e) {
      return outcome(stderr, null, context.unknown(e.getMessage()));
    }
    // The filter that carries no_new_privs allows everything: it is not what the policy asks for.
    Credentials judged = credentials.withSeccomp(root.seccomp());
    return outcome(
        stderr,
        credentials,
        context.options().policy().evaluate(judged, context.proc(), context.accounts()));
  }

  private Outcome outcome(List<String> stderr, Credentials credentials, List<Finding> findings) {
    Verdict verdict = Finding.anyDenies(findings) ? Verdict.REFUSED : Verdict.DROPPED;
    return Outcome.of(verdict, context, stderr, credentials, findings, target);
  }

  /**
   * Refuses the JVM, as what its step-down waits for has not come in time.
   *
   * @param missing what that is
   * @return what to do now
   */
  public Outcome deadlinePassed(String missing) {
    return stillRoot(
        Verdict.REFUSED,
        Severity.DENY,
        Messages.deadlinePassed(deadline(), waitsFor().toString(), missing));
  }

  /**
   * Says that the JVM has been root all its life, as it ends before what its step-down waits for
   * has come. This is no end of it: the JVM may still step down, or be refused.
   *
   * @param missing what that is
   * @return what to do now, which is to say so
   */
  public Outcome endedBefore(String missing) {
    return stillRoot(
        Verdict.WARNED,
        Severity.WARN,
        Messages.endedBefore(deadline(), waitsFor().toString(), missing));
  }

  private Outcome stillRoot(Verdict verdict, Severity severity, String why) {
    List<Finding> findings = context.stillRoot(root, List.of(), severity, why, false);
    return Outcome.of(verdict, context, new ArrayList<>(), root, findings, null);
  }

  /**
   * Refuses the JVM, as it would not be noticed when what its step-down waits for is there.
   *
   * @param reason why not
   * @return what to do now
   */
  public Outcome cannotStepDown(String reason) {
    List<Finding> findings = context.cannotStepDown(root, reason);
    return Outcome.of(Verdict.REFUSED, context, new ArrayList<>(), root, findings, null);
  }
}
