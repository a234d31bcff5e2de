package dev.nonroot.policy;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.Accounts;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides whether a process may run with the identity it has. */
public final class Policy {
  /** Groups whose members can make themselves root, by the names that distributions give them. */
  private static final String[] GROUPS_LIKE_ROOT = {
    "docker", "disk", "shadow", "kmem", "sudo", "wheel", "lxd", "adm"
  };

  private final Profile profile;
  private final Map<Rule, Severity> moved;
  private final int minUid;
  private final long acceptedCapabilities;

  /**
   * @param profile what the rules lead to
   * @param moved what single rules lead to instead, where that is not what the profile says
   * @param minUid the least uid that {@link Rule#UID_RANGE} accepts, or -1 for the profile's
   * @param acceptedCapabilities the capabilities that {@link Rule#CAPABILITIES} accepts; restricted
   *     accepts NET_BIND_SERVICE anyway
   */
  public Policy(Profile profile, Map<Rule, Severity> moved, int minUid, long acceptedCapabilities) {
    this.profile = profile;
    this.minUid = minUid < 0 ? profile.minUid() : minUid;
    this.acceptedCapabilities =
        profile == Profile.RESTRICTED
            ? acceptedCapabilities | Capability.mask(Capability.NET_BIND_SERVICE)
            : acceptedCapabilities;
    this.moved = moved;
  }

  /**
   * @return the profile
   */
  public Profile profile() {
    return profile;
  }

  /**
   * @param rule a rule
   * @return what breaking it leads to
   */
  public Severity severity(Rule rule) {
    Severity own = moved.get(rule);
    return own != null ? own : rule.severity(profile);
  }

  /**
   * @return the least uid accepted
   */
  public int minUid() {
    return minUid;
  }

  /**
   * Evaluates the rules against credentials. Only what they need is read: uid_map for a root, and
   * /etc/group if groups matter.
   *
   * @param credentials who the process is
   * @param proc what else the kernel says of it
   * @param accounts the groups
   * @return what is broken and not allowed, in the order of the rules
   */
  public List<Finding> evaluate(Credentials credentials, Proc proc, Accounts accounts) {
    List<Finding> findings = new ArrayList<>();
    String doubt = proc.doubt(credentials.uid());
    if (doubt != null) {
      add(
          findings,
          Rule.UNKNOWN_IDENTITY,
          Messages.unknownIdentity(doubt),
          Messages.FIX_UNKNOWN_IDENTITY);
    }
    if (credentials.isRoot()) {
      Finding root = root(credentials, proc);
      add(findings, root.rule(), root.message(), root.fix());
    }
    if (credentials.gid().anyIs(0)) {
      add(findings, Rule.ROOT_GID, Messages.rootGid(credentials.gid()), Messages.FIX_ROOT_GID);
    }
    if (severity(Rule.ROOT_GROUPS) != Severity.ALLOW) {
      rootGroups(findings, credentials, accounts);
    }
    // Uid 0 is the business of root-uid and userns-root alone: where they allow it, it is allowed.
    long uid = credentials.uid().min();
    if (uid != 0 && uid < minUid) {
      add(findings, Rule.UID_RANGE, Messages.uidRange(uid, minUid), Messages.fixUidRange(minUid));
    }
    long tooMany = credentials.capabilities().held() & ~acceptedCapabilities;
    if (tooMany != 0) {
      add(findings, Rule.CAPABILITIES, Messages.capabilities(tooMany), Messages.FIX_CAPABILITIES);
    }
    if (!credentials.noNewPrivs()) {
      add(findings, Rule.NO_NEW_PRIVS, Messages.NO_NEW_PRIVS_OFF, Messages.FIX_NO_NEW_PRIVS);
    }
    if (credentials.seccomp() == 0) {
      add(findings, Rule.SECCOMP, Messages.SECCOMP_OFF, Messages.FIX_SECCOMP);
    }
    return findings;
  }

  /**
   * Evaluates the rules against the threads that are not who the process is. Only a program that
   * goes past the C library, and makes a JVM besides, has such.
   *
   * @param findings what {@link #evaluate} found of the process; gets what a thread breaks besides
   * @param process who the process is
   * @param proc what the kernel says of its threads
   * @param accounts the groups
   * @param never whether a thread that is root, or may be, is denied whatever the rules say
   */
  public void evaluateThreads(
      List<Finding> findings, Credentials process, Proc proc, Accounts accounts, boolean never) {
    Map<String, Credentials> others;
    try {
      others = proc.threadsOtherThan(process);
    } catch (IdentityException e) {
      findings.addAll(
          never
              ? List.of(unknownIdentity(Severity.DENY, e.getMessage()))
              : unknownIdentity(e.getMessage()));
      return;
    }
    for (Map.Entry<String, Credentials> other : others.entrySet()) {
      Credentials thread = other.getValue();
      List<Finding> found = new ArrayList<>();
      if (never && thread.isRoot()) {
        found.add(root(thread, proc));
      }
      found.addAll(evaluate(thread, proc, accounts));
      for (Finding each : found) {
        if (!Finding.anyIs(each.rule(), findings)) {
          String message = Messages.ofThread(each.message(), other.getKey());
          findings.add(new Finding(each.rule(), each.severity(), message, Messages.FIX_THREAD));
        }
      }
    }
  }

  /**
   * Words that a process is root, where what that leads to is already decided.
   *
   * @param credentials who it is, with a uid that is 0
   * @param proc which user namespace it is in
   * @return the finding, which denies
   */
  public static Finding root(Credentials credentials, Proc proc) {
    boolean userns = proc.rootIsUnprivilegedOutside();
    return new Finding(
        userns ? Rule.USERNS_ROOT : Rule.ROOT_UID,
        Severity.DENY,
        Messages.rootUid(credentials.uid(), userns),
        Messages.FIX_ROOT);
  }

  /**
   * Gives the verdict where the credentials could not be had.
   *
   * @param reason why
   * @return the one finding, or none if that rule is allowed
   */
  public List<Finding> unknownIdentity(String reason) {
    List<Finding> findings = new ArrayList<>();
    Severity severity = severity(Rule.UNKNOWN_IDENTITY);
    if (severity != Severity.ALLOW) {
      findings.add(unknownIdentity(severity, reason));
    }
    return findings;
  }

  /**
   * Words that the credentials could not be had, where what that leads to is already decided.
   *
   * @param severity what it leads to
   * @param reason why
   * @return the finding
   */
  public static Finding unknownIdentity(Severity severity, String reason) {
    return new Finding(
        Rule.UNKNOWN_IDENTITY,
        severity,
        Messages.unknownIdentity(reason),
        Messages.FIX_UNKNOWN_IDENTITY);
  }

  private void rootGroups(List<Finding> findings, Credentials credentials, Accounts accounts) {
    Groups supplementary = credentials.groups();
    Groups all =
        supplementary.with(
            Groups.of(
                credentials.gid().real(),
                credentials.gid().effective(),
                credentials.gid().saved(),
                credentials.gid().filesystem()));
    String message = null;
    if (supplementary.contains(0)) {
      message = Messages.rootGroup(0);
    } else {
      try {
        for (long gid : accounts.groupsNamed(GROUPS_LIKE_ROOT).toArray()) {
          if (gid != 0 && all.contains(gid)) {
            message = Messages.rootGroup(gid);
            break;
          }
        }
      } catch (ConfigurationException e) {
        message = Messages.unknownGroups(e.getMessage());
      }
    }
    if (message != null) {
      add(findings, Rule.ROOT_GROUPS, message, Messages.FIX_ROOT_GROUPS);
    }
  }

  private void add(List<Finding> findings, Rule rule, String message, String fix) {
    Severity severity = severity(rule);
    if (severity != Severity.ALLOW) {
      findings.add(new Finding(rule, severity, message, fix));
    }
  }
}
