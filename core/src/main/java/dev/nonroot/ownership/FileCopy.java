package dev.nonroot.ownership;

/**
 * A file to copy for the user.
 *
 * @param source from where, one char per byte
 * @param target to where, one char per byte
 */
public record FileCopy(String source, String target) {
  /** The permissions of every copy. */
  static final int MODE = 0400;

  @Override
  public String toString() {
    return source + ":" + target;
  }
}
