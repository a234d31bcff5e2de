package dev.nonroot.ownership;

import dev.nonroot.system.OperatingSystem;

/**
 * Tells whether nobody has linked or unlinked a file since it was opened. Both set its st_ctim; if
 * that is too young to tell, the check waits.
 */
final class ChangeCheck {
  private static final long SECOND = 1_000_000_000;
  private static final long MILLISECOND = 1_000_000;

  /** The kernel's clock for files is behind by a tick, of 10 ms at most. */
  private static final int MARGIN = 50;

  /** The same, where a file system keeps whole seconds. */
  private static final int MARGIN_OF_SECONDS = 1100;

  /** For how long to wait in all, in milliseconds. */
  private static final int PATIENCE = 3000;

  private final OperatingSystem os;
  private long since;
  private long waitedFor;
  private int patience = PATIENCE;

  /** Files are opened from now on. */
  ChangeCheck(OperatingSystem os) {
    this.os = os;
    this.since = os.currentTimeMillis();
  }

  /**
   * @param changed st_ctim of a file that is open, in nanoseconds
   * @return whether nobody has linked or removed it since it was opened
   */
  boolean isBeforeOpen(long changed) {
    // One from the future, by another clock: whoever changes the file gives it another.
    return isBefore(changed, since) || changed == waitedFor;
  }

  /**
   * @param changed st_ctim, in nanoseconds
   * @param time in milliseconds since the epoch
   * @return whether that change came before that time for sure
   */
  static boolean isBefore(long changed, long time) {
    return changed / MILLISECOND + margin(changed) < time;
  }

  /**
   * Waits until it can be told, once the file is opened again.
   *
   * @param changed st_ctim of a file
   * @return false if there was enough waiting
   */
  boolean await(long changed) {
    int margin = margin(changed);
    long now = os.currentTimeMillis();
    long rest = changed / MILLISECOND + margin + 1 - now;
    int wait = rest > 0 && rest < margin ? (int) rest : margin;
    if (wait > patience) {
      return false;
    }
    patience -= wait;
    os.pause(wait);
    since = os.currentTimeMillis();
    if (since - now >= wait) { // else a signal has cut it short
      waitedFor = changed;
    }
    return true;
  }

  private static int margin(long changed) {
    return changed % SECOND == 0 ? MARGIN_OF_SECONDS : MARGIN;
  }
}
