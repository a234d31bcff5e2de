package dev.nonroot.identity;

/**
 * The four uids, or the four gids, of a thread; see credentials(7). As the kernel's are unsigned 32
 * bit numbers, they are longs here.
 *
 * @param real the real id
 * @param effective the effective id
 * @param saved the saved set-user-ID or set-group-ID
 * @param filesystem the filesystem id
 */
public record Ids(long real, long effective, long saved, long filesystem) {
  /**
   * @param id an id
   * @return whether one of the four is that id
   */
  public boolean anyIs(long id) {
    return real == id || effective == id || saved == id || filesystem == id;
  }

  /**
   * @param id an id
   * @return whether all of the four are that id
   */
  public boolean allAre(long id) {
    return real == id && effective == id && saved == id && filesystem == id;
  }

  /**
   * @return the least of the four
   */
  public long min() {
    return Math.min(Math.min(real, effective), Math.min(saved, filesystem));
  }

  /**
   * @return the four, as {@code /proc/self/status} orders them, with a blank between them
   */
  @Override
  public String toString() {
    return real + " " + effective + " " + saved + " " + filesystem;
  }

  // As in Credentials.
  @Override
  public boolean equals(Object other) {
    return other instanceof Ids that
        && real == that.real
        && effective == that.effective
        && saved == that.saved
        && filesystem == that.filesystem;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(real) + 31 * Long.hashCode(effective);
  }
}
