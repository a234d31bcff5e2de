package dev.nonroot.guard;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.policy.Policy;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.PosixException;
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
