package dev.nonroot.config;

/** What happens to a JVM that breaks the policy. */
public enum Action {
  /** It ends. */
  REFUSE("refuse"),
  /** It steps down if it is root, and ends if it then still breaks the policy. */
  DROP("drop"),
  /** It is warned about. */
  WARN("warn"),
  /** It is not looked at. */
  OFF("off");

  private final String text;

  Action(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
