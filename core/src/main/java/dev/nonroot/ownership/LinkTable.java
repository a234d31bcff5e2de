package dev.nonroot.ownership;

/**
 * For files with several links, how many of those have not been seen yet. It has a fixed size, so
 * that of very many files it takes a part at a time.
 */
final class LinkTable {
  private static final int BITS = 17;
  private static final int SLOTS = 1 << BITS;
  private static final int CAPACITY = SLOTS / 4 * 3;

  /** More parts than the files of any file system need. */
  private static final int MAX_PARTS = 1 << 16;

  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private final long[] inodes = new long[SLOTS];
  private final long[] changes = new long[SLOTS];

  /** One more than is missing; 0 where there is no file. */
  private final int[] missing = new int[SLOTS];

  private int part;
  private int parts;
  private int count;
  private boolean full;

  /** How many parts there are of so many files. */
  static int parts(long files) {
    return (int) Math.min(files / CAPACITY + 1, MAX_PARTS);
  }

  /** Forgets everything, and takes the files of one part from now on. */
  void start(int number, int of) {
    part = number;
    parts = of;
    clear();
  }

  /** Forgets the files. */
  void clear() {
    for (int i = 0; i < SLOTS; i++) {
      missing[i] = 0;
    }
    count = 0;
    full = false;
  }

  /** Whether a file belongs to the part. */
  boolean takes(long inode) {
    return (int) (((inode * GOLDEN) >>> 8 & 0xff_ffff) % parts) == part;
  }

  /** Whether there were more files than fit, and the part can be divided. */
  boolean isTooSmall() {
    return full && parts <= MAX_PARTS / 2;
  }

  /**
   * Takes note of one link of a file. The links of one that has changed meanwhile stay incomplete.
   *
   * @param links how many the file has
   * @param changed its st_ctim
   */
  void see(long inode, long links, long changed) {
    int slot = slot(inode);
    if (missing[slot] > 1) {
      if (changes[slot] == changed) {
        missing[slot]--;
      }
    } else if (missing[slot] == 0 && links < Integer.MAX_VALUE) {
      full |= count == CAPACITY;
      if (!full) {
        count++;
        inodes[slot] = inode;
        changes[slot] = changed;
        missing[slot] = (int) links;
      }
    }
  }

  /** Whether every link of a file has been seen, and none has come or gone since. */
  boolean isComplete(long inode, long changed) {
    int slot = slot(inode);
    return missing[slot] == 1 && changes[slot] == changed;
  }

  private int slot(long inode) {
    int slot = (int) ((inode * GOLDEN) >>> (Long.SIZE - BITS));
    while (missing[slot] != 0 && inodes[slot] != inode) {
      slot = (slot + 1) % SLOTS;
    }
    return slot;
  }
}
