package dev.nonroot.posix;

/** The type and the permissions of a file, as st_mode holds them; see inode(7). */
public final class FileMode {
  /** How many longs {@link LibC#fstatat} fills. */
  public static final int STATUS_SIZE = 7;

  /** One of the three permissions that owner, group and others have each. */
  private static final int WRITE = 02;

  private static final int SEARCH = 01;
  private static final int TYPE = 0170000;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int OPEN_TO_ALL = 06;
  private static final int PERMISSIONS = 0777;
  private static final int STICKY = 01000;
  private static final int ALL_BITS = 07777;

  private FileMode() {}

  public static boolean isPipe(long mode) {
    return (mode & TYPE) == 0010000;
  }

  public static boolean isCharacterDevice(long mode) {
    return (mode & TYPE) == 0020000;
  }

  public static boolean isBlockDevice(long mode) {
    return (mode & TYPE) == 0060000;
  }

  public static boolean isOpenToAll(long mode) {
    return (mode & OPEN_TO_ALL) == OPEN_TO_ALL;
  }

  public static int permissions(long mode) {
    return (int) mode & PERMISSIONS;
  }

  /** The permissions with the set-user-ID, set-group-ID and sticky bit. */
  public static int bits(long mode) {
    return (int) mode & ALL_BITS;
  }

  /** Whether a directory lets nobody move or remove what belongs to somebody else. */
  public static boolean isSticky(long mode) {
    return (mode & STICKY) != 0;
  }

  public static boolean isRegular(long mode) {
    return (mode & TYPE) == 0100000;
  }

  public static boolean isDirectory(long mode) {
    return (mode & TYPE) == 0040000;
  }

  public static boolean isLink(long mode) {
    return (mode & TYPE) == 0120000;
  }

  /**
   * Whether a file can be changed, or entries of a directory made and removed.
   *
   * @param mode its mode
   * @param shift whose permissions count: 6 the owner's, 3 the group's, 0 all others'
   */
  public static boolean isWritable(long mode, int shift) {
    int needed = isDirectory(mode) ? WRITE | SEARCH : WRITE;
    return (mode >> shift & needed) == needed;
  }

  /** Whether more than the owner may write. Of an access control list the mask stands for all. */
  public static boolean isWritableByOthers(long mode) {
    return (mode & WRITABLE_BY_OTHERS) != 0;
  }
}
