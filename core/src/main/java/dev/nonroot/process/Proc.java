package dev.nonroot.process;

import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Decimal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kernel's view of this process: {@code /proc/self}; see proc(5). */
public final class Proc {
  /** The status of the thread that asks; since Linux 3.17. */
  private static final String CALLING_THREAD = "/proc/thread-self/status";

  private static final String STATUS = "/proc/self/status";
  private static final String TASKS = "/proc/self/task";
  private static final String UID_MAP = "/proc/self/uid_map";
  private static final String OVERFLOW_UID = "/proc/sys/kernel/overflowuid";

  private static final String STANDS_FOR_ANY =
      " stands for any that its user namespace does not map, root's for one";

  /** What that file holds, unless somebody has changed it; nobody's uid as a rule. */
  private static final long DEFAULT_OVERFLOW_UID = 65_534;

  private static final int INITIAL_BUFFER = 2048;
  private static final int MAX_FILE = 1 << 20;

  /** The kernel takes a thread that ends out of its lists one after the other. */
  private static final int MAX_TRIES = 100;

  private final OperatingSystem os;

  /** Whether there was no status, so that system calls have answered. */
  private boolean byCalls;

  /** For one file after the other. */
  private byte[] buffer = new byte[INITIAL_BUFFER];

  /**
   * @param os where /proc is
   */
  public Proc(OperatingSystem os) {
    this.os = os;
  }

  /**
   * Reads the credentials of the process, which are those of its primordial thread. Where there is
   * no /proc, system calls are asked instead; where native code is at hand, they have to confirm
   * what /proc says.
   *
   * @return the credentials; {@link #doubt} says whether the uids are who the process is
   * @throws IdentityException if neither gives an answer, or they contradict each other
   */
  public Credentials credentials() throws IdentityException {
    Credentials credentials = read(STATUS);
    byCalls = credentials == null;
    if (credentials != null) {
      confirm(credentials);
      return credentials;
    }
    return byCalls(STATUS);
  }

  private Credentials byCalls(String missing) throws IdentityException {
    try {
      return os.credentialsByCalls();
    } catch (IOException e) {
      throw new IdentityException(
          "there is no " + missing + " and no system call: " + e.getMessage());
    }
  }

  private void confirm(Credentials credentials) throws IdentityException {
    LibC libC = os.loadedLibC();
    if (libC != null) {
      try {
        new PosixCredentials(libC).verify(credentials);
      } catch (PosixException e) {
        throw new IdentityException(STATUS + ": " + e.getMessage());
      }
    }
  }

  /** The credentials that a status file holds, or null if there is no such file. */
  private Credentials read(String path) throws IdentityException {
    try {
      byte[] text = readAll(path);
      return text == null ? null : complete(ProcStatus.parse(text));
    } catch (IOException | IdentityException e) {
      throw new IdentityException(path + ": " + e.getMessage());
    }
  }

  /**
   * Asks system calls for what the kernel does not write. What they say of the calling thread holds
   * for the others: no_new_privs and a filter are put on all threads or, by a launcher, on the one
   * that goes on.
   */
  private Credentials complete(ProcStatus status) throws IdentityException {
    if (status.isComplete()) {
      return status.credentials();
    }
    try {
      return status.completedBy(new PosixCredentials(os.libC()));
    } catch (IOException | PosixException e) {
      if (status.lacksAmbient()) {
        throw new IdentityException(
            "it has no line CapAmb:, and no system call says more: " + e.getMessage());
      }
      return status.credentials(); // no_new_privs and seccomp off is the worst that they can be
    }
  }

  /**
   * Reads the credentials of the calling thread. Where its status is missing, system calls are
   * asked instead.
   *
   * @return the credentials
   * @throws IdentityException if neither gives an answer
   */
  public Credentials callingThread() throws IdentityException {
    Credentials credentials = read(CALLING_THREAD);
    return credentials != null ? credentials : byCalls(CALLING_THREAD);
  }

  /** As {@link OperatingSystem#pause} does. */
  public void pause(int millis) {
    os.pause(millis);
  }

  /**
   * Reads the credentials of a thread of this process.
   *
   * @param tid an entry of {@link #threads}
   * @return the credentials, or null if the thread has ended
   * @throws IdentityException if they cannot be read
   */
  public Credentials thread(String tid) throws IdentityException {
    String path = TASKS + "/" + tid + "/status";
    IdentityException failure = null;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      try {
        Credentials credentials = read(path);
        if (credentials != null) {
          return credentials;
        }
        failure = first(failure, new IdentityException(path + ": " + Errno.text(Errno.ENOENT)));
      } catch (IdentityException e) {
        failure = first(failure, e);
      }
      if (hasEnded(tid)) {
        return null;
      }
    }
    throw failure;
  }

  private static IdentityException first(IdentityException first, IdentityException next) {
    return first != null ? first : next;
  }

  /**
   * The status of a thread that has ended is not there, or fails to read with ESRCH if that
   * happened between open(2) and read(2). If it fails while the thread is still listed, nobody
   * knows what the thread is.
   */
  private boolean hasEnded(String tid) {
    try {
      return !Arrays.asList(threads()).contains(tid);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @return the thread ids of this process
   * @throws IOException if they cannot be listed
   */
  public String[] threads() throws IOException {
    return os.list(TASKS);
  }

  /**
   * Looks for threads that are somebody else.
   *
   * @param process who the process is, after {@link #credentials}
   * @return thread ids with credentials that differ; none where there is no /proc to list threads
   * @throws IdentityException if threads cannot be listed, or the credentials of one not be read
   */
  public Map<String, Credentials> threadsOtherThan(Credentials process) throws IdentityException {
    Map<String, Credentials> others = new LinkedHashMap<>();
    if (byCalls) {
      return others;
    }
    try {
      for (String tid : threads()) {
        Credentials thread = thread(tid);
        if (thread != null && !thread.equals(process)) {
          others.put(tid, thread);
        }
      }
    } catch (IOException e) {
      throw new IdentityException(TASKS + ": " + e.getMessage());
    }
    return others;
  }

  /**
   * Says whether uid 0 of this process is an unprivileged user to the host.
   *
   * @return true if the user namespace maps uid 0 to another uid; false if it does not, or if that
   *     cannot be found out
   */
  public boolean rootIsUnprivilegedOutside() {
    IdMap map = map(UID_MAP);
    return map != null && map.outside(0) > 0;
  }

  /**
   * Says why uids may not be who the process is: the kernel shows one and the same, the overflow
   * uid, for each that the user namespace does not map.
   *
   * @param uids the uids of this process, after {@link #credentials}
   * @return why not, or null if there is no doubt
   */
  public String doubt(Ids uids) {
    if (uids.allAre(0)) {
      return null; // root, whatever else it stands for
    }
    boolean missing = false;
    try {
      byte[] text = readAll(UID_MAP);
      IdMap map = text == null ? null : IdMap.parse(Bytes.toString(text));
      if (map != null) {
        long unmapped = map.unmapped(uids);
        return unmapped < 0 ? null : "uid " + unmapped + STANDS_FOR_ANY;
      }
      missing = text == null;
    } catch (IOException e) {
      // As if it said nothing.
    }
    if (missing && !byCalls) {
      return null; // a kernel without user namespaces
    }
    long overflow = overflowUid();
    if (!uids.anyIs(overflow)) {
      return null;
    }
    String doubt = "uid " + overflow + STANDS_FOR_ANY;
    return missing ? doubt + ", and there is no " + UID_MAP + " to tell" : doubt;
  }

  private long overflowUid() {
    String text = text(OVERFLOW_UID);
    long uid = text == null ? -1 : Decimal.unsigned(text.trim());
    return uid < 0 ? DEFAULT_OVERFLOW_UID : uid;
  }

  /** The map of the user namespace, or null if it cannot be read. */
  public IdMap map(String path) {
    String text = text(path);
    return text == null ? null : IdMap.parse(text);
  }

  /** Whether the user namespace forbids setgroups(2) for good; see user_namespaces(7). */
  public boolean deniesSetgroups() {
    String text = text("/proc/self/setgroups");
    return text != null && text.startsWith("deny");
  }

  private String text(String path) {
    try {
      byte[] text = readAll(path);
      return text == null ? null : Bytes.toString(text);
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns null if there is no such file. */
  byte[] readAll(String path) throws IOException {
    int length = 0;
    try (InputStream in = os.openProc(path)) {
      if (in == null) {
        return null;
      }
      int count = in.read(buffer, 0, buffer.length);
      while (count >= 0) {
        length += count;
        if (length == MAX_FILE) {
          throw new IOException("File too large");
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, length * 2);
        }
        count = in.read(buffer, length, buffer.length - length);
      }
    }
    return Arrays.copyOf(buffer, length);
  }
}
