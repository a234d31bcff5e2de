package dev.nonroot.guard;

import dev.nonroot.account.Accounts;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Policy;
import dev.nonroot.policy.Severity;
import dev.nonroot.process.Proc;
import dev.nonroot.report.Verdict;
import dev.nonroot.system.OperatingSystem;
import java.util.List;

/**
 * What stays as it is from the check to the end of the JVM: the system, the JVM, and the options.
 *
 * @param os the system
 * @param jvm the JVM
 * @param proc what the kernel says of the process
 * @param accounts the accounts of the system
 * @param options what is configured
 */
record Context(OperatingSystem os, Jvm jvm, Proc proc, Accounts accounts, AgentOptions options) {
  boolean isExempt() {
    return Exemption.covers(options.exempt(), jvm, os, proc);
  }

  /** What the policy says of a process that has not stepped down, and of all its threads. */
  List<Finding> findings(Credentials credentials) {
    List<Finding> findings = options.policy().evaluate(credentials, proc, accounts);
    boolean never = options.action() == Action.DROP;
    options.policy().evaluateThreads(findings, credentials, proc, accounts, never);
    return findings;
  }

  /** Whoever asks for a step-down does not get a JVM of which nobody knows who it is. */
  List<Finding> unknown(String reason) {
    return options.action() == Action.DROP
        ? List.of(Policy.unknownIdentity(Severity.DENY, reason))
        : options.policy().unknownIdentity(reason);
  }

  /** Whoever asks for a step-down does not get root instead, whatever the policy says of root. */
  List<Finding> stillRoot(
      Credentials credentials, List<Finding> findings, Severity severity, String why, boolean fix) {
    Finding root = Policy.root(credentials, proc);
    return new Finding(root.rule(), severity, root.message() + why, fix ? root.fix() : "")
        .inPlaceOfSame(findings);
  }

  /** The same where the reason is that root cannot be given up. */
  List<Finding> cannotStepDown(Credentials credentials, String obstacle) {
    return stillRoot(
        credentials, findings(credentials), Severity.DENY, Messages.cannotStepDown(obstacle), true);
  }

  /** The verdict on a JVM that has not stepped down. */
  Verdict verdict(List<Finding> findings) {
    if (options.action() != Action.WARN && Finding.anyDenies(findings)) {
      return Verdict.REFUSED;
    }
    return findings.isEmpty() ? Verdict.COMPLIANT : Verdict.WARNED;
  }
}
