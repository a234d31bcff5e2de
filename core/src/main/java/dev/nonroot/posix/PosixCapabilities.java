package dev.nonroot.posix;

import dev.nonroot.identity.Capability;
import dev.nonroot.text.Bytes;

/** The calls that change the calling thread's capabilities, with every result checked. */
public final class PosixCapabilities {
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_RAISE = 2;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

  /** struct vfs_ns_cap_data of linux/capability.h, and its first half. */
  private static final int FILE_CAPABILITIES_SIZE = 24;

  private static final int FILE_CAPABILITIES_OF_32 = 12;
  private static final int FILE_PERMITTED = 4;

  private static final String NO_AMBIENT =
      Errno.text(Errno.EINVAL)
          + ": this kernel has no ambient capabilities, so that a user cannot keep any";

  private final LibC libC;

  /**
   * @param libC the C library
   */
  public PosixCapabilities(LibC libC) {
    this.libC = libC;
  }

  /**
   * Drops capabilities from the calling thread's bounding set.
   *
   * @param dropped the set of those
   * @throws PosixException with {@link Errno#EPERM} if the thread lacks CAP_SETPCAP; otherwise if a
   *     call fails in another way
   */
  public void dropFromBoundingSet(long dropped) throws PosixException {
    for (int cap = 0; cap < Long.SIZE; cap++) {
      if (Capability.in(dropped, cap) && libC.prctl(PR_CAPBSET_DROP, cap, 0) != 0) {
        throw failed("prctl(PR_CAPBSET_DROP, " + cap + ")");
      }
    }
  }

  /**
   * Says whether the calling thread keeps its permitted set when its last uid of 0 goes.
   *
   * @param keep whether it does; an exec ends that
   * @throws PosixException if the call fails
   */
  public void keepOverSetuid(boolean keep) throws PosixException {
    int flag = keep ? 1 : 0;
    if (libC.prctl(PR_SET_KEEPCAPS, flag, 0) != 0) {
      throw failed("prctl(PR_SET_KEEPCAPS, " + flag + ")");
    }
  }

  /**
   * Sets the calling thread's inheritable, permitted, effective and ambient sets.
   *
   * @param set what each of the four has to be; what is ambient survives execve(2) in all of them
   * @throws PosixException if a call fails
   */
  public void set(long set) throws PosixException {
    if (libC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0) != 0) {
      String call = "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)";
      if (libC.errno() != Errno.EINVAL) {
        throw failed(call);
      }
      if (set != 0) { // before Linux 4.3, and in gVisor, there is no ambient set
        throw new PosixException(call, Errno.EINVAL, NO_AMBIENT);
      }
    }
    if (libC.capset(set, set, set) != 0) {
      throw failed("capset(" + set + ", " + set + ", " + set + ")");
    }
    for (int cap = 0; cap < Long.SIZE; cap++) {
      if (Capability.in(set, cap) && libC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap) != 0) {
        throw failed("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, " + cap + ")");
      }
    }
  }

  /**
   * Reads the capabilities that a file gives to the program in it; see capabilities(7).
   *
   * @param path the file, one char per byte
   * @return its permitted set; none if it has no capabilities, or they cannot be read
   */
  public long ofFile(String path) {
    byte[] value = new byte[FILE_CAPABILITIES_SIZE];
    int size = libC.getxattr(Bytes.of(path + '\0'), Bytes.of("security.capability\0"), value);
    if (size < FILE_CAPABILITIES_OF_32) {
      return 0;
    }
    return word(value, FILE_PERMITTED) | word(value, FILE_PERMITTED + 8) << 32;
  }

  /** A number of 32 bits, the lowest byte first. */
  private static long word(byte[] value, int offset) {
    return (value[offset] & 0xff)
        | (value[offset + 1] & 0xff) << 8
        | (value[offset + 2] & 0xff) << 16
        | (value[offset + 3] & 0xffL) << 24;
  }

  private PosixException failed(String call) {
    return new PosixException(call, libC.errno());
  }
}
