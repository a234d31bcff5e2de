package dev.nonroot.agent;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;

/**
 * Recognizes the plain case: a JVM that is not root, holds no capability, and is configured by
 * nothing but the commonest agent options. There the whole check has nothing to find, and is not
 * loaded, which is most of what it costs.
 *
 * <p>This is no second policy. It only ever answers "surely nothing to find"; whatever looks in any
 * way different goes to the whole check. A test holds the two against each other.
 */
final class PlainCase {
  /** Lines as the kernel writes them, one after the other. */
  private static final String NONE_HELD =
      "\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n";

  private static final String NONE_AMBIENT = "\nCapAmb:\t0000000000000000\n";

  /** The uid that stands for all that the user namespace does not map. */
  private static final String OVERFLOW_UID = "/proc/sys/kernel/overflowuid";

  private static final String DROP = "action=drop,user=";
  private static final int MAX_FILE = 1 << 16;

  /** As much as the JVM reads without allocating memory for it. */
  private static final int PIECE = 1 << 13;

  private PlainCase() {}

  /** Whether this JVM, with these agent options, is the plain case. */
  static boolean applies(String options) {
    return isPlain(options)
        && !new File("/etc/nonroot").exists()
        && !hasProperty()
        && areCompliant(
            read("/proc/self/status"), read("/proc/thread-self/status"), read(OVERFLOW_UID))
        && isUnconfigured(read("/proc/self/environ"));
  }

  /** Options that are valid, and change nothing for a JVM that is compliant. */
  static boolean isPlain(String options) {
    if (options.isEmpty() || options.equals("action=refuse") || options.equals("action=warn")) {
      return true;
    }
    return options.startsWith(DROP) && isName(options, DROP.length());
  }

  /** A name of letters, or a number that is in range: no check could object to either. */
  private static boolean isName(String text, int from) {
    boolean digits = true;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
        return false;
      }
      digits &= c <= '9';
    }
    int length = text.length() - from;
    return length > 0 && (!digits || length < 10);
  }

  private static boolean hasProperty() {
    Enumeration<?> names = System.getProperties().keys();
    while (names.hasMoreElements()) {
      Object name = names.nextElement();
      if (name instanceof String && ((String) name).startsWith("nonroot.")) {
        return true;
      }
    }
    return false;
  }

  /** Whether the environment, null if it cannot be read, has no variable of nonroot's. */
  static boolean isUnconfigured(String environ) {
    return environ != null && !environ.contains("NONROOT_");
  }

  /**
   * Whether the status of the process's first thread, and that of the one that is going to be main,
   * each null if it cannot be read, show four uids above 0 and no capability; not all threads, as
   * they would take 2 ms.
   */
  static boolean areCompliant(String first, String main, String overflowUid) {
    if (first == null || main == null || overflowUid == null || overflowUid.length() < 2) {
      return false;
    }
    String overflow = overflowUid.substring(0, overflowUid.length() - 1);
    return isCompliant(first, overflow) && isCompliant(main, overflow);
  }

  private static boolean isCompliant(String status, String overflowUid) {
    int uids = status.indexOf("\nUid:\t");
    int held = status.indexOf(NONE_HELD, Math.max(uids, 0)); // from there on, to save a search
    return uids >= 0
        && held >= 0
        && status.indexOf(NONE_AMBIENT, held) >= 0
        && status.indexOf("\nUid:", uids + 1) < 0
        && areAboveZero(status, uids + 6)
        && !status.substring(uids, status.indexOf('\n', uids + 1)).contains(overflowUid);
  }

  /** Whether four numbers stand there, a tab between them, none of which starts with 0. */
  private static boolean areAboveZero(String status, int from) {
    int numbers = 0;
    boolean atStart = true;
    for (int i = from; i < status.length(); i++) {
      char c = status.charAt(i);
      if (atStart ? c < '1' || c > '9' : c != '\t' && c != '\n' && (c < '0' || c > '9')) {
        return false;
      }
      atStart = c == '\t';
      numbers += atStart || c == '\n' ? 1 : 0;
      if (c == '\n') {
        return numbers == 4;
      }
    }
    return false;
  }

  /**
   * The file of /proc as Latin-1, or null if it cannot be read, or is so large that it is not
   * plain; or if it has a size: what the kernel makes when it is read has none, and any other file
   * that is not empty has.
   */
  @SuppressWarnings("deprecation") // of Latin-1 this makes a string fastest
  private static String read(String path) {
    byte[] buffer = new byte[MAX_FILE];
    int length = 0;
    try (InputStream in = new FileInputStream(path)) {
      int count = in.available() == 0 ? in.read(buffer, 0, PIECE) : 0;
      while (count > 0 && length + count + PIECE <= buffer.length) {
        length += count;
        count = in.read(buffer, length, PIECE);
      }
      return count < 0 ? new String(buffer, 0, 0, length) : null;
    } catch (IOException e) {
      return null;
    }
  }
}
