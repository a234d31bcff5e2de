package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.jvm.NativeLibC;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.posix.Errno;
import dev.nonroot.text.Decimal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What a command inherits of the process: descriptors, signals, limits. Puts back what the JVM has
 * changed of it, as far as that can be known.
 */
final class InheritedState {
  /**
   * The signals that the caller ignores, as SigIgn in /proc/self/status has them. By the time that
   * Java runs, the JVM has handlers of its own for some: only who starts the JVM can know. Not
   * {@code nonroot.…}: the agent, which may be in this JVM, takes that for one of its keys.
   */
  static final String IGNORED_SIGNALS = "nonroot-launcher.ignored-signals";

  private static final Path SELF = Path.of("/proc/self");
  private static final Path OWN = Path.of("/proc/thread-self/fd");
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int CLOSE_RANGE_UNSHARE = 2;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int HIGHEST = -1;
  private static final int FIRST_LISTEN_FD = 3;
  private static final String BLOCKED = "SigBlk:\t";

  /** ILL, TRAP, BUS, FPE and SEGV: the JVM lives by them, and ignored they kill it. */
  private static final long OF_THE_JVM = 1L << 3 | 1L << 4 | 1L << 6 | 1L << 7 | 1L << 10;

  private final NativeLibC libC;
  private final int listenFds;

  /**
   * @param libC the C library
   * @param environment the caller's, which may pass descriptors by LISTEN_FDS; see sd_listen_fds(3)
   */
  InheritedState(NativeLibC libC, Environment environment) {
    this.libC = libC;
    String pid = String.valueOf(ProcessHandle.current().pid());
    String fds = environment.get("LISTEN_FDS");
    boolean given = fds != null && pid.equals(environment.get("LISTEN_PID"));
    this.listenFds = given ? Math.max(Decimal.parse(fds, 0), 0) : 0;
  }

  /**
   * Removes the file with which the JVM tells jps of itself: it would stay, and be wrong. In /tmp
   * anyone can make a directory of that name, or a link: only the JVM's own counts.
   */
  static void removePerfData() {
    try {
      Path directory = Path.of("/tmp/hsperfdata_" + Files.getOwner(SELF).getName());
      Object uid = Files.getAttribute(SELF, "unix:uid");
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && uid.equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
        Files.deleteIfExists(directory.resolve(String.valueOf(ProcessHandle.current().pid())));
      }
    } catch (IOException e) {
      // It is not there, or on a read-only file system: no reason not to run the command.
    }
  }

  /**
   * Puts back descriptors and signals; the exec has to come next.
   *
   * <p>What is closed by the exec is every descriptor above 2, but for the caller's LISTEN_FDS, and
   * whichever the JVM took for its own files because the caller had it closed. (Where the caller
   * had two of 0, 1 and 2 closed, the second can be /dev/null now: the JDK puts that in the place
   * of what it would close there, and a caller's own looks the same.) The signal mask is that of
   * the thread that became the process, which has never run Java.
   *
   * @throws LaunchException if that fails
   */
  void restore() throws LaunchException {
    try {
      closeOnExec();
      ignoreSignals(Long.parseUnsignedLong(System.getProperty(IGNORED_SIGNALS, "0"), 16));
      // not of this thread: of the process's first
      long mask = signalMask(SELF.resolve("status"));
      if (libC.setSignalMask(mask) != 0) {
        throw new IOException("sigprocmask: " + Errno.text(libC.errno()));
      }
    } catch (IOException | NumberFormatException e) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED,
          "what the JVM changed cannot be put back: " + JvmText.toBytes(String.valueOf(e)));
    }
  }

  /**
   * Makes the descriptors this thread's own, as compiler threads of the JVM open files until the
   * exec; before Linux 5.11, or where seccomp(2) denies it, they are still the process's.
   *
   * @return where they are listed; those of the process, as they just were, if /proc/self/task is
   *     hidden
   */
  private Path ownDescriptors() {
    int flags = CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC;
    boolean own = libC.closeRange(FIRST_LISTEN_FD + listenFds, HIGHEST, flags) == 0;
    return own && Files.isDirectory(OWN) ? OWN : SELF.resolve("fd");
  }

  /** Until a round finds nothing new, as other threads may still open some. */
  private void closeOnExec() throws IOException {
    String javaLib = new File(System.getProperty("java.home"), "lib").getCanonicalPath();
    Path directory = ownDescriptors();
    Set<Integer> seen = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory)) {
        for (Path descriptor : descriptors) {
          int fd = Integer.parseInt(descriptor.getFileName().toString());
          if (seen.add(fd) && !(isCallers(fd) && !isOfJvm(descriptor, javaLib))) {
            more = true;
            closeOnExec(fd);
          }
        }
      }
    }
  }

  private void closeOnExec(int fd) throws IOException {
    // EBADF: a thread of the JVM had it open, and has closed it since it was listed.
    if (libC.fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 && libC.errno() != Errno.EBADF) {
      throw new IOException("fcntl(" + fd + ", F_SETFD): " + Errno.text(libC.errno()));
    }
  }

  private boolean isCallers(int fd) {
    return fd < FIRST_LISTEN_FD || fd - FIRST_LISTEN_FD < listenFds;
  }

  private static boolean isOfJvm(Path descriptor, String javaLib) throws IOException {
    String file = Files.readSymbolicLink(descriptor).toString();
    return file.equals(javaLib + "/modules")
        || file.endsWith(".jsa")
        || file.endsWith("/nonroot-launcher.jar")
        || file.endsWith("/nonroot-agent.jar")
        || file.startsWith("/tmp/hsperfdata_");
  }

  private void ignoreSignals(long set) throws IOException {
    for (int signal = 1; signal <= Long.SIZE; signal++) {
      // glibc and musl keep two signals for themselves, and say EINVAL
      if (((set & ~OF_THE_JVM) >>> (signal - 1) & 1) != 0
          && !libC.ignoreSignal(signal)
          && libC.errno() != Errno.EINVAL) {
        throw new IOException("signal(" + signal + ", SIG_IGN): " + Errno.text(libC.errno()));
      }
    }
  }

  /** Where the kernel does not tell (gVisor), no signal is taken for blocked, as in a container. */
  private static long signalMask(Path status) throws IOException {
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(BLOCKED)) {
        return Long.parseUnsignedLong(line.substring(BLOCKED.length()), 16);
      }
    }
    return 0;
  }
}
