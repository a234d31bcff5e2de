package dev.nonroot.config;

/** What happens when a JVM starts a process. */
public enum Spawn {
  /** Nothing. */
  ALLOW("allow"),
  /** It is reported. */
  WARN("warn"),
  /** It is reported, and fails; so does execve(2). */
  DENY("deny");

  private final String text;

  Spawn(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
