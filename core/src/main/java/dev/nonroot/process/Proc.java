package dev.nonroot.process;

import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The kernel's view of this process: {@code /proc/self}; see proc(5). */
public final class Proc {
  /** The status of the thread that asks; since Linux 3.17. */
  public static final String CALLING_THREAD = "/proc/thread-self/status";

  /** Why the kernel's word for a uid may not be who the process is. */
  public static final String UNMAPPED_UID =
      "uid 65534 stands for any that its user namespace does not map, root's for one";

  private static final String STATUS = "/proc/self/status";
  private static final String TASKS = "/proc/self/task";

  /** What the kernel shows for a uid that the user namespace does not map; nobody's as a rule. */
  private static final long OVERFLOW_UID = 65_534;

  private static final int INITIAL_BUFFER = 2048;
  private static final int MAX_FILE = 1 << 20;

  /** The kernel takes a thread that ends out of its lists one after the other. */
  private static final int MAX_TRIES = 100;

  private final OperatingSystem os;

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
   * no /proc, system calls are asked instead.
   *
   * @return the credentials
   * @throws IdentityException if neither gives an answer
   */
  public Credentials credentials() throws IdentityException {
    Credentials credentials = read(STATUS);
    if (credentials != null) {
      return credentials;
    }
    try {
      return os.credentialsByCalls();
    } catch (IOException e) {
      throw new IdentityException(
          "there is no " + STATUS + " and no system call: " + e.getMessage());
    }
  }

  /** The credentials that a status file holds, or null if there is no such file. */
  public Credentials read(String path) throws IdentityException {
    try {
      byte[] text = readAll(path);
      return text == null ? null : ProcStatus.parse(text);
    } catch (IOException | IdentityException e) {
      throw new IdentityException(path + ": " + e.getMessage());
    }
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
   * Says whether uid 0 of this process is an unprivileged user to the host.
   *
   * @return true if the user namespace maps uid 0 to another uid; false if it does not, or if that
   *     cannot be found out
   */
  public boolean rootIsUnprivilegedOutside() {
    IdMap map = map("/proc/self/uid_map");
    return map != null && map.outside(0) > 0;
  }

  /**
   * Says whether a uid of this process is one that its user namespace knows.
   *
   * @param uid a uid
   * @return false if the namespace has a map that lacks it: the kernel then shows the overflow uid
   *     for whoever the process is to the host, root for one
   */
  public boolean mapsUid(long uid) {
    String text = text("/proc/self/uid_map");
    if (text == null) {
      return true; // a kernel without user namespaces
    }
    IdMap map = IdMap.parse(text);
    return map != null && map.outside(uid) >= 0;
  }

  /**
   * Says whether the kernel's word for uids is who the process is.
   *
   * @param uids the uids of this process
   * @return false if one is what stands for any that the user namespace does not map
   */
  public boolean mapsAll(Ids uids) {
    return !uids.anyIs(OVERFLOW_UID) || mapsUid(OVERFLOW_UID);
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
    try (InputStream in = os.open(path)) {
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
