package dev.nonroot.policy;

/** The rules, each with what breaking it leads to in the two profiles. */
public enum Rule {
  /** The identity cannot be established. */
  UNKNOWN_IDENTITY("unknown-identity", Severity.DENY, Severity.DENY),
  /** A uid is 0. */
  ROOT_UID("root-uid", Severity.DENY, Severity.DENY),
  /** A uid is 0, but the user namespace maps it to an unprivileged one; stands for ROOT_UID. */
  USERNS_ROOT("userns-root", Severity.WARN, Severity.DENY),
  /** A gid is 0. */
  ROOT_GID("root-gid", Severity.ALLOW, Severity.WARN),
  /** A group is 0, or amounts to root. */
  ROOT_GROUPS("root-groups", Severity.ALLOW, Severity.WARN),
  /** A uid is above 0, but below the least accepted one. */
  UID_RANGE("uid-range", Severity.DENY, Severity.DENY),
  /** A capability is held that is not accepted. */
  CAPABILITIES("capabilities", Severity.WARN, Severity.DENY),
  /** no_new_privs is off. */
  NO_NEW_PRIVS("no-new-privs", Severity.ALLOW, Severity.DENY),
  /** There is no seccomp filter. */
  SECCOMP("seccomp", Severity.ALLOW, Severity.DENY),
  /** A process is started; the option of that name decides, and not the policy. */
  SPAWN("spawn", Severity.ALLOW, Severity.ALLOW);

  private final String id;
  private final Severity baseline;
  private final Severity restricted;

  Rule(String id, Severity baseline, Severity restricted) {
    this.id = id;
    this.baseline = baseline;
    this.restricted = restricted;
  }

  /**
   * @param profile a profile
   * @return what breaking this rule leads to there
   */
  public Severity severity(Profile profile) {
    return profile == Profile.BASELINE ? baseline : restricted;
  }

  /**
   * @param id a rule's id
   * @return the rule of the policy, or null if it has none of that id
   */
  public static Rule of(String id) {
    for (Rule rule : values()) {
      if (rule.id.equals(id) && rule != SPAWN) {
        return rule;
      }
    }
    return null;
  }

  /**
   * @return the id, e.g. {@code root-uid}
   */
  @Override
  public String toString() {
    return id;
  }
}
