package dev.nonroot.guard;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Policy;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.PosixException;
import dev.nonroot.report.Verdict;
import dev.nonroot.stepdown.StepDownException;
import dev.nonroot.text.Message;
import java.util.List;

/**
 * What an agent has to do after the check.
 *
 * @param exitCode with which code to end the JVM; {@link ExitCode#OK} if it goes on
 * @param stderr the lines to print, one char per byte, without newlines
 * @param account who the process has become, or null if it did not step down
 */
public record Outcome(int exitCode, List<String> stderr, Account account) {
  static Outcome refused(List<String> stderr, String message) {
    stderr.add(Message.line("refused", message));
    return new Outcome(ExitCode.REFUSED, stderr, null);
  }

  /** The JVM goes on; null if there is nothing to print, either. */
  static Outcome going(List<String> stderr) {
    return stderr.isEmpty() ? null : new Outcome(ExitCode.OK, stderr, null);
  }

  /** The outcome for a JVM that has not stepped down. */
  static Outcome judged(
      Context context, List<String> stderr, Credentials credentials, List<Finding> findings) {
    return of(context.verdict(findings), context, stderr, credentials, findings, null);
  }

  /** Reports a verdict, and does what it says. */
  static Outcome of(
      Verdict verdict,
      Context context,
      List<String> stderr,
      Credentials credentials,
      List<Finding> findings,
      Account account) {
    stderr.addAll(
        new Reporter(context.os(), context.jvm(), context.options())
            .report(verdict, credentials, findings));
    int exitCode = verdict == Verdict.REFUSED ? ExitCode.REFUSED : ExitCode.OK;
    return new Outcome(exitCode, stderr, account);
  }

  /**
   * Gives the outcome of a failure.
   *
   * @param stderr the lines before it
   * @param failure what was thrown
   * @return the outcome: its exit code is never {@link ExitCode#OK}
   */
  public static Outcome failed(List<String> stderr, Exception failure) {
    if (failure instanceof ConfigurationException) {
      stderr.add(Message.line("error", failure.getMessage()));
      return new Outcome(ExitCode.CONFIGURATION, stderr, null);
    }
    if (failure instanceof StepDownException || failure instanceof PosixException) {
      stderr.add(Message.line("error", StepDownException.FAILED + failure.getMessage()));
      return new Outcome(ExitCode.STEP_DOWN_FAILED, stderr, null);
    }
    return refused(
        stderr,
        Policy.unknownIdentity(Severity.DENY, failure.toString()).message()
            + " [unknown-identity]");
  }
}
