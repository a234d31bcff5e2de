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
}
