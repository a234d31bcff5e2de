package dev.nonroot.ownership;

/**
 * A directory to make if it is not there.
 *
 * @param path which, one char per byte
 * @param mode its permissions, whatever the umask is
 */
public record NewDirectory(String path, int mode) {
  /** The permissions where none are named. */
  public static final int PRIVATE = 0700;

  @Override
  public String toString() {
    return path + " 0" + Integer.toOctalString(mode);
  }
}
