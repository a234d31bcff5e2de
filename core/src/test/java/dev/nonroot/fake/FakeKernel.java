package dev.nonroot.fake;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.FileStatus;
import dev.nonroot.system.OperatingSystem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A kernel in memory with one process: its threads with their credentials, its /proc and the files
 * that it sees. It obeys the rules of the real one, until it is told to fail, to lie, or to change
 * under the observer's eyes.
 */
public final class FakeKernel implements OperatingSystem {
  /** The process id, which is that of the primordial thread. The others count on from there. */
  public static final int PID = 100;

  private static final String TASKS = "/proc/self/task";

  private final TreeMap<Integer, FakeThread> threads = new TreeMap<>();
  private final FakeThread caller;
  private final Map<String, FakeFile> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private final Map<String, String> appended = new HashMap<>();
  private final Faults faults = new Faults();
  private final FakeTree tree = new FakeTree();
  private final FakeLibC libC = new FakeLibC(this, faults);
  private final Map<Integer, Map<Integer, Identity>> starting = new HashMap<>();
  private final Map<Integer, Runnable> afterPauses = new HashMap<>();
  private int pauses;
  private long time = 1_000_000_000;
  private final Set<String> endingOnOpen = new HashSet<>();
  private final Set<String> endingOnRead = new HashSet<>();
  private long[] uidMap = {0, 0, 0xffff_ffffL};
  private long[] gidMap = {0, 0, 0xffff_ffffL};
  private long overflowUid = 65_534;
  private boolean deniesSetgroups;
  private boolean hasProc = true;
  private boolean callsAreFree;
  private final Set<String> foreign = new HashSet<>();
  private final Set<String> hiddenLines = new HashSet<>();
  private String noNativeAccess;
  private String unlistable;
  private String appendFailure;
  private int listings;

  /**
   * Makes a kernel with one process. As in a JVM, the caller is the second thread, if there is one.
   *
   * @param identity who each thread is
   * @param count how many threads there are
   */
  public FakeKernel(Identity identity, int count) {
    for (int tid = PID; tid < PID + count; tid++) {
      become(tid, identity);
    }
    caller = threads.get(count > 1 ? PID + 1 : PID);
  }

  /** Makes a thread someone else, or starts it. */
  public void become(int tid, Identity identity) {
    FakeThread thread = threads.get(tid);
    if (thread == null) {
      threads.put(tid, new FakeThread(tid, identity.credentials()));
    } else {
      thread.become(identity.credentials());
    }
  }

  /**
   * @return the ids of the threads that there are
   */
  public List<Integer> tids() {
    return new ArrayList<>(threads.keySet());
  }

  /**
   * @return who a thread is
   */
  public Credentials credentials(int tid) {
    return threads.get(tid).credentials();
  }

  /** Puts a file in its place, also one of those in /proc that follow the threads otherwise. */
  public void file(String path, FakeFile file) {
    files.put(path, file);
  }

  /** Puts a file of root's, mode 0644, in its place; one char per byte. */
  public void file(String path, String text) {
    files.put(path, FakeFile.of(text));
  }

  /** Puts the process in a user namespace that maps one range of uids. */
  public void uidMap(long inside, long outside, long count) {
    uidMap = new long[] {inside, outside, count};
  }

  /** Changes what the kernel shows for a uid that the user namespace does not map. */
  public void overflowUid(long uid) {
    overflowUid = uid;
  }

  /** Puts the process in a user namespace that maps one range of gids. */
  public void gidMap(long inside, long outside, long count) {
    gidMap = new long[] {inside, outside, count};
  }

  /** Forbids setgroups(2) in the user namespace. */
  public void denySetgroups() {
    deniesSetgroups = true;
  }

  /** Takes /proc away. */
  public void noProc() {
    hasProc = false;
  }

  /** Makes a path of /proc one of another file system. */
  public void foreign(String path) {
    foreign.add(path);
  }

  /** Leaves lines out of every status, as an older kernel does. */
  public void hideLines(String... keys) {
    hiddenLines.addAll(List.of(keys));
  }

  /** Makes the front end one that is native itself, for which calls cost nothing. */
  public void callsAreFree() {
    callsAreFree = true;
  }

  /** Takes native code away for the given reason. */
  public void noNativeAccess(String reason) {
    noNativeAccess = reason;
  }

  /** Makes listing the threads fail for the given reason. */
  public void unlistable(String reason) {
    unlistable = reason;
  }

  /** Makes appending fail for the given reason. */
  public void failAppend(String reason) {
    appendFailure = reason;
  }

  /** Starts a thread once the threads have been listed so many times from now on. */
  public void startAfterListing(int count, int tid, Identity identity) {
    starting.computeIfAbsent(listings + count, key -> new TreeMap<>()).put(tid, identity);
  }

  /** Does something once the process has paused so many times. */
  public void afterPauses(int count, Runnable change) {
    afterPauses.put(count, change);
  }

  /**
   * @return how often the process has paused
   */
  public int pauses() {
    return pauses;
  }

  @Override
  public long currentTimeMillis() {
    return time;
  }

  @Override
  public void pause(int millis) {
    pauses++;
    time += millis;
    afterPauses.getOrDefault(pauses, () -> {}).run();
  }

  /** Ends a thread. */
  public void end(int tid) {
    threads.remove(tid);
  }

  /** Lets a thread end before its status is opened. */
  public void endOnOpen(int tid) {
    endingOnOpen.add(taskPath(tid));
  }

  /** Lets a thread end after its status is opened, before it is read. */
  public void endOnRead(int tid) {
    endingOnRead.add(taskPath(tid));
  }

  /**
   * @return the log of the calls, and what goes wrong with them
   */
  public Faults faults() {
    return faults;
  }

  /**
   * @return the files that have owners
   */
  public FakeTree tree() {
    return tree;
  }

  @Override
  public FakeLibC libC() throws IOException {
    if (noNativeAccess != null) {
      throw new IOException(noNativeAccess);
    }
    return libC;
  }

  /**
   * @return what was appended to a file, or null
   */
  public String appended(String path) {
    return appended.get(path);
  }

  FakeThread caller() {
    return caller;
  }

  Iterable<FakeThread> threads() {
    return threads.values();
  }

  boolean mapsUid(long uid) {
    return maps(uidMap, uid);
  }

  boolean mapsGid(long gid) {
    return maps(gidMap, gid);
  }

  private static boolean maps(long[] map, long id) {
    return id >= map[0] && id - map[0] < map[2];
  }

  boolean isSetgroupsDenied() {
    return deniesSetgroups;
  }

  FakeFile fileAt(String path) {
    return files.get(path);
  }

  @Override
  public InputStream open(String path) throws IOException {
    FakeFile file = files.get(path);
    if (file != null) {
      return file.open();
    }
    String text = path.startsWith("/proc/") && hasProc ? procFile(path) : null;
    if (text == null) {
      return null;
    }
    if (endingOnRead.contains(path)) {
      return FakeFile.failing("No such process").open();
    }
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public InputStream openProc(String path) throws IOException {
    if (foreign.contains(path)) {
      throw new IOException(NOT_PROC);
    }
    return open(path);
  }

  @Override
  public LibC loadedLibC() {
    return callsAreFree ? libC : null;
  }

  @Override
  public InputStream openRegular(String path) throws IOException {
    FakeFile file = files.get(path);
    if (file != null && file.status() != null && !file.status().regular()) {
      throw new IOException("Not a regular file");
    }
    return file == null ? null : file.open();
  }

  private String procFile(String path) {
    return switch (path) {
      case "/proc/self/status" -> status(threads.firstEntry().getValue());
      case "/proc/thread-self/status" -> status(caller);
      case "/proc/self/cmdline" -> "java\0-jar\0/app/app.jar\0";
      case "/proc/self/environ" -> "";
      case "/proc/self/uid_map" -> map(uidMap);
      case "/proc/self/gid_map" -> map(gidMap);
      case "/proc/sys/kernel/overflowuid" -> overflowUid + "\n";
      case "/proc/self/setgroups" -> deniesSetgroups ? "deny\n" : "allow\n";
      default -> path.startsWith(TASKS + "/") && path.endsWith("/status") ? task(path) : null;
    };
  }

  private static String map(long[] range) {
    return String.format(Locale.ROOT, "%10d %10d %10d\n", range[0], range[1], range[2]);
  }

  private String task(String path) {
    FakeThread thread = threads.get(tid(path));
    if (thread == null || endingOnOpen.contains(path)) {
      threads.remove(tid(path));
      return null;
    }
    String text = status(thread);
    if (endingOnRead.contains(path)) {
      threads.remove(tid(path));
    }
    return text;
  }

  private String status(FakeThread thread) {
    StringBuilder text = new StringBuilder();
    for (String line : thread.status(PID, threads.size()).lines().toList()) {
      if (!hiddenLines.contains(line.substring(0, line.indexOf(':')))) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }

  private static String taskPath(int tid) {
    return TASKS + "/" + tid + "/status";
  }

  private static int tid(String path) {
    return Integer.parseInt(path.substring(TASKS.length() + 1, path.lastIndexOf('/')));
  }

  @Override
  public String[] list(String path) throws IOException {
    if (!path.equals(TASKS) || !hasProc) {
      throw new IOException("No such file or directory");
    }
    if (unlistable != null) {
      throw new IOException(unlistable);
    }
    String[] names = threads.keySet().stream().map(String::valueOf).toArray(String[]::new);
    listings++;
    starting.getOrDefault(listings, Map.of()).forEach(this::become);
    return names;
  }

  @Override
  public FileStatus status(String path) throws IOException {
    FakeFile file = files.get(path);
    if (file == null) {
      String below = path.endsWith("/") ? path : path + "/";
      boolean above = files.keySet().stream().anyMatch(each -> each.startsWith(below));
      return above ? new FileStatus(false, 0, 0755) : null;
    }
    return file.status();
  }

  @Override
  public String realPath(String path) {
    return files.containsKey(path) ? links.getOrDefault(path, path) : null;
  }

  /** Makes a file a link, of which {@link #file} has given what it leads to. */
  public void link(String path, String real) {
    links.put(path, real);
  }

  @Override
  public void append(String path, String text) throws IOException {
    if (appendFailure != null) {
      throw new IOException(appendFailure);
    }
    appended.merge(path, text, String::concat);
  }

  @Override
  public Credentials credentialsByCalls() throws IOException {
    LibC calls = libC();
    try {
      return new PosixCredentials(calls).get();
    } catch (PosixException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
