package dev.nonroot.identity;

/**
 * The five capability sets of a thread, each a bit mask; see capabilities(7).
 *
 * @param inheritable CapInh
 * @param permitted CapPrm
 * @param effective CapEff
 * @param bounding CapBnd
 * @param ambient CapAmb
 */
public record CapabilitySets(
    long inheritable, long permitted, long effective, long bounding, long ambient) {
  /** All five empty. */
  public static final CapabilitySets EMPTY = new CapabilitySets(0, 0, 0, 0, 0);

  /**
   * @return what the thread holds or can take up by itself: permitted, effective and ambient
   */
  public long held() {
    return permitted | effective | ambient;
  }

  // As in Credentials.
  @Override
  public boolean equals(Object other) {
    return other instanceof CapabilitySets that
        && inheritable == that.inheritable
        && permitted == that.permitted
        && effective == that.effective
        && bounding == that.bounding
        && ambient == that.ambient;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(permitted) + 31 * Long.hashCode(bounding);
  }
}
