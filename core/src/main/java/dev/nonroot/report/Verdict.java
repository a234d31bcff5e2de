package dev.nonroot.report;

/** What came of a check. */
public enum Verdict {
  /** Nothing was found. */
  COMPLIANT("compliant"),
  /** Something was found, and the JVM runs. */
  WARNED("warned"),
  /** The JVM stepped down, and runs. */
  DROPPED("dropped"),
  /** The JVM does not run. */
  REFUSED("refused");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
