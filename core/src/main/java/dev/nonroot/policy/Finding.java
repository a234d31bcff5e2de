package dev.nonroot.policy;

/**
 * A rule that is broken.
 *
 * @param rule which
 * @param severity what it leads to, never {@link Severity#ALLOW}
 * @param message what was seen
 * @param fix what to do about it; empty if the message says that
 */
public record Finding(Rule rule, Severity severity, String message, String fix) {
  /**
   * @param findings what an evaluation found
   * @return whether one of them denies
   */
  public static boolean anyDenies(Iterable<Finding> findings) {
    for (Finding finding : findings) {
      if (finding.severity() == Severity.DENY) {
        return true;
      }
    }
    return false;
  }
}
