package dev.nonroot.policy;

import java.util.ArrayList;
import java.util.List;

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
   * @param rule a rule
   * @param findings what an evaluation found
   * @return whether one of them is of that rule
   */
  static boolean anyIs(Rule rule, Iterable<Finding> findings) {
    for (Finding finding : findings) {
      if (finding.rule() == rule) {
        return true;
      }
    }
    return false;
  }

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

  /**
   * @param others findings
   * @return this one, and of the others those of other rules
   */
  public List<Finding> inPlaceOfSame(List<Finding> others) {
    List<Finding> all = new ArrayList<>();
    all.add(this);
    for (Finding other : others) {
      if (other.rule() != rule) {
        all.add(other);
      }
    }
    return all;
  }
}
