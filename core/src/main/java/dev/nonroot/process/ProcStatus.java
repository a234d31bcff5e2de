package dev.nonroot.process;

import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import java.util.Arrays;

/**
 * Reads credentials from the text of a {@code /proc/PID/status}; see proc_pid_status(5). What every
 * kernel writes must be there, once and whole: a text that says less, or something else, is no
 * answer. A line that some kernels do not write is no answer either; {@link #isComplete} tells
 * whether one is missing that matters, and {@link PosixCredentials} knows whom to ask then.
 */
final class ProcStatus {
  private static final String[] KEYS = {
    "Uid:",
    "Gid:",
    "Groups:",
    "CapInh:",
    "CapPrm:",
    "CapEff:",
    "CapBnd:",
    "CapAmb:",
    "NoNewPrivs:",
    "Seccomp:"
  };

  /** What they start with: most lines start with something else. */
  private static final String INITIALS = "UGCNS";

  private static final int UID = 0;
  private static final int GID = 1;
  private static final int GROUPS = 2;
  private static final int CAP_INH = 3;
  private static final int CAP_AMB = 7;
  private static final int NO_NEW_PRIVS = 8;
  private static final int SECCOMP = 9;

  /** Kernels before 4.3, 4.10 and 3.8 do not write these, nor does gVisor write the first two. */
  private static final int FIRST_OPTIONAL = CAP_AMB;

  private static final long MAX_KERNEL_ID = 0xffff_fffeL;
  private static final int HEX_DIGITS = 16;

  private final byte[] text;
  private final long[][] values = new long[KEYS.length][];

  private ProcStatus(byte[] text) {
    this.text = text;
  }

  static ProcStatus parse(byte[] text) throws IdentityException {
    ProcStatus status = new ProcStatus(text);
    status.scan();
    status.verify();
    return status;
  }

  private void scan() throws IdentityException {
    int start = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        line(start, i);
        start = i + 1;
      }
    }
  }

  private void line(int start, int end) throws IdentityException {
    if (INITIALS.indexOf(text[start]) < 0) {
      return;
    }
    for (int key = 0; key < KEYS.length; key++) {
      if (startsWith(KEYS[key], start, end)) {
        if (values[key] != null) {
          throw new IdentityException("it has two lines " + KEYS[key]);
        }
        int from = start + KEYS[key].length();
        values[key] = key >= CAP_INH && key <= CAP_AMB ? hex(from, end) : decimals(from, end);
        if (values[key] == null) {
          throw new IdentityException("its line " + KEYS[key] + " is malformed");
        }
        return;
      }
    }
  }

  private void verify() throws IdentityException {
    for (int key = 0; key < KEYS.length; key++) {
      int wanted = key <= GID ? 4 : 1;
      if (values[key] == null && key < FIRST_OPTIONAL) {
        throw new IdentityException("it has no line " + KEYS[key]);
      }
      if (values[key] != null && key != GROUPS && values[key].length != wanted) {
        throw new IdentityException("its line " + KEYS[key] + " is malformed");
      }
    }
  }

  /** Whether nothing is missing but an ambient set that could hold nothing anyway. */
  boolean isComplete() {
    return !lacksAmbient() && values[NO_NEW_PRIVS] != null && values[SECCOMP] != null;
  }

  /** Whether the ambient set is missing: it never holds more than these two sets do together. */
  boolean lacksAmbient() {
    return values[CAP_AMB] == null && (values[CAP_INH][0] & values[CAP_INH + 1][0]) != 0;
  }

  /** The credentials; what is missing is off. */
  Credentials credentials() {
    return credentials(single(CAP_AMB), single(NO_NEW_PRIVS) == 1, (int) single(SECCOMP));
  }

  /**
   * The credentials; what is missing is what system calls answer.
   *
   * @param calls system calls, whose answer is about the calling thread
   * @throws PosixException if one fails
   */
  Credentials completedBy(PosixCredentials calls) throws PosixException {
    return credentials(
        lacksAmbient() ? calls.ambient() : single(CAP_AMB),
        values[NO_NEW_PRIVS] == null ? calls.noNewPrivs() : single(NO_NEW_PRIVS) == 1,
        values[SECCOMP] == null ? calls.seccomp() : (int) single(SECCOMP));
  }

  private Credentials credentials(long ambient, boolean noNewPrivs, int seccomp) {
    return new Credentials(
        ids(values[UID]),
        ids(values[GID]),
        Groups.of(values[GROUPS]),
        new CapabilitySets(
            values[CAP_INH][0],
            values[CAP_INH + 1][0],
            values[CAP_INH + 2][0],
            values[CAP_INH + 3][0],
            ambient),
        noNewPrivs,
        seccomp);
  }

  private static Ids ids(long[] four) {
    return new Ids(four[0], four[1], four[2], four[3]);
  }

  private long single(int key) {
    return values[key] == null ? 0 : values[key][0];
  }

  private boolean startsWith(String key, int start, int end) {
    if (end - start < key.length()) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (text[start + i] != key.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The numbers of a line, or null if something else is in it. */
  private long[] decimals(int start, int end) {
    long[] numbers = new long[4];
    int size = 0;
    int i = start;
    while (i < end) {
      if (isBlank(text[i])) {
        i++;
        continue;
      }
      long number = 0;
      for (; i < end && !isBlank(text[i]); i++) {
        number = number * 10 + (text[i] - '0');
        if (text[i] < '0' || text[i] > '9' || number > MAX_KERNEL_ID) {
          return null;
        }
      }
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, size * 2);
      }
      numbers[size++] = number;
    }
    return Arrays.copyOf(numbers, size);
  }

  /** The one number of a line that the kernel writes as %016llx, or null. */
  private long[] hex(int start, int end) {
    int i = start;
    while (i < end && isBlank(text[i])) {
      i++;
    }
    if (end - i != HEX_DIGITS) {
      return null;
    }
    long set = 0;
    for (; i < end; i++) {
      int digit = digit(text[i]);
      if (digit < 0) {
        return null;
      }
      set = set << 4 | digit;
    }
    return new long[] {set};
  }

  /** By hand, as Character.digit knows the digits of all scripts, and unpacks its table first. */
  private static int digit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
