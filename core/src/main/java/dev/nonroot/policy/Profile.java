package dev.nonroot.policy;

/** Which rules deny and which warn. */
public enum Profile {
  /** Not root; the rest warns at most. */
  BASELINE("baseline", 1),
  /** The Pod Security Standard of that name, as far as a process can see it. */
  RESTRICTED("restricted", 1000);

  private final String text;
  private final int minUid;

  Profile(String text, int minUid) {
    this.text = text;
    this.minUid = minUid;
  }

  /**
   * @return the least uid accepted where none is set
   */
  public int minUid() {
    return minUid;
  }

  @Override
  public String toString() {
    return text;
  }
}
