package dev.nonroot.policy;

/** What a broken rule leads to. */
public enum Severity {
  /** Nothing. */
  ALLOW("allow"),
  /** A warning. */
  WARN("warn"),
  /** Refusal. */
  DENY("deny");

  private final String text;

  Severity(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
