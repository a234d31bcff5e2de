package dev.nonroot.system;

/**
 * What stat(2) says of a file.
 *
 * @param regular whether it is a regular file
 * @param owner its uid
 * @param mode its permission bits
 */
public record FileStatus(boolean regular, long owner, int mode) {
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_GROUP_OR_OTHERS = 022;

  /**
   * @return whether someone who is not root may write it, as far as owner and mode say
   */
  public boolean isWritableByNonRoot() {
    return owner != 0 || (mode & WRITABLE_BY_GROUP_OR_OTHERS) != 0;
  }

  /**
   * @return whether someone who is not root may put another file in the place of root's here, if
   *     this is a directory: in one with the sticky bit, as /tmp, nobody may
   */
  public boolean isReplaceableByNonRoot() {
    return isWritableByNonRoot() && (owner != 0 || (mode & STICKY) == 0);
  }
}
