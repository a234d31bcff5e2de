package dev.nonroot.identity;

/** The capabilities of capabilities(7) by number and name. */
public final class Capability {
  /** Needed to give a file to somebody else. */
  public static final int CHOWN = 0;

  /** Needed to write to a directory of somebody else. */
  public static final int DAC_OVERRIDE = 1;

  /** Needed for setgroups(2) and setresgid(2). */
  public static final int SETGID = 6;

  /** Needed for setresuid(2). */
  public static final int SETUID = 7;

  /** Needed to drop from the bounding set. */
  public static final int SETPCAP = 8;

  /** What the restricted profile accepts. */
  public static final int NET_BIND_SERVICE = 10;

  private static final String[] NAMES = {
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE"
  };

  private Capability() {}

  /**
   * @param name a name in any case, with or without {@code CAP_}
   * @return its number, or -1 if there is no such capability
   */
  public static int number(String name) {
    String upper = asciiUpperCase(name);
    String plain = upper.startsWith("CAP_") ? upper.substring(4) : upper;
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(plain)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * @param set a bit mask
   * @param capability a capability's number
   * @return whether the set holds it
   */
  public static boolean in(long set, int capability) {
    return (set & mask(capability)) != 0;
  }

  /**
   * @param capability a capability's number
   * @return the set of that capability alone
   */
  public static long mask(int capability) {
    return 1L << capability;
  }

  /**
   * @param set a bit mask
   * @return the names of the capabilities in it, with blanks between them; those that have no name
   *     here by number
   */
  public static String names(long set) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < Long.SIZE; i++) {
      if (in(set, i)) {
        names.append(names.length() == 0 ? "" : " ");
        if (i < NAMES.length) {
          names.append(NAMES[i]);
        } else {
          names.append(i);
        }
      }
    }
    return names.toString();
  }

  /**
   * By hand because {@code String.toUpperCase} turns i into a dotted capital in a Turkish locale.
   */
  private static String asciiUpperCase(String text) {
    StringBuilder upper = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      upper.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
    }
    return upper.toString();
  }
}
