package dev.nonroot.launcher;

import dev.nonroot.Bytes;
import dev.nonroot.ExitCode;
import dev.nonroot.NameOrId;
import dev.nonroot.Words;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.jvm.NativeLibC;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.posix.Errno;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher's caller handed to this process, as far as the JVM has not lost it: the JVM
 * decodes arguments and environment, opens files that stay open over an exec, and blocks and
 * unblocks signals.
 */
final class CallerProcess {
  private static final Path SELF = Path.of("/proc/self");
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int FIRST_LISTEN_FD = 3;
  private static final String BLOCKED = "SigBlk:\t";

  private CallerProcess() {}

  /**
   * The arguments as bytes. The JVM's own come before them in the command line, so that they are
   * the last ones there.
   */
  static String[] arguments(String[] decoded) throws IOException {
    String text = Bytes.toString(Files.readAllBytes(SELF.resolve("cmdline")));
    List<String> all = Words.split(text, '\0');
    int end = all.size() - 1; // there is a NUL behind the last one as well
    int start = end - decoded.length;
    String[] arguments = new String[decoded.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = start < 0 ? "" : all.get(start + i);
      if (isAscii(decoded[i]) && !decoded[i].equals(arguments[i])) {
        throw new IOException("/proc/self/cmdline does not end with the arguments");
      }
    }
    return arguments;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  static String environ() throws IOException {
    return Bytes.toString(Files.readAllBytes(SELF.resolve("environ")));
  }

  /** Removes the file with which the JVM tells jps of itself: it would stay, and be wrong. */
  static void removePerfData() throws IOException {
    Files.deleteIfExists(
        Path.of(
            "/tmp/hsperfdata_" + System.getProperty("user.name"),
            String.valueOf(ProcessHandle.current().pid())));
  }

  /**
   * Puts back what the JVM has changed, just before the exec: every descriptor above 2 is closed by
   * it, but for those that the caller passes by LISTEN_FDS, see sd_listen_fds(3); and so is one of
   * 0, 1 and 2 that the caller had closed and the JVM took for its own files. Then the signal mask:
   * the thread that became the process has never run Java, and still has the caller's.
   */
  static void restore(NativeLibC libC, String listenPid, String listenFds) throws LaunchException {
    try {
      long pid = ProcessHandle.current().pid();
      int firstOwn = FIRST_LISTEN_FD;
      if (String.valueOf(pid).equals(listenPid) && listenFds != null) {
        firstOwn += Math.max(0, NameOrId.decimal(listenFds, 0));
      }
      closeOnExec(libC, firstOwn);
      long mask = signalMask(SELF.resolve("task/" + pid + "/status"));
      if (libC.setSignalMask(mask) != 0) {
        throw new IOException("sigprocmask: " + Errno.text(libC.errno()));
      }
    } catch (IOException e) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED,
          "what the JVM changed cannot be put back: " + JvmText.toBytes(String.valueOf(e)));
    }
  }

  private static void closeOnExec(NativeLibC libC, int firstOwn) throws IOException {
    String javaHome = new File(System.getProperty("java.home")).getCanonicalPath() + "/";
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        int fd = Integer.parseInt(descriptor.getFileName().toString());
        boolean own = fd >= firstOwn || (fd < FIRST_LISTEN_FD && isOfJvm(descriptor, javaHome));
        // One is the listing's own, and closed by the time of the exec: EBADF does not occur, as it
        // is still open here.
        if (own && libC.fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
          throw new IOException("fcntl(" + fd + ", F_SETFD): " + Errno.text(libC.errno()));
        }
      }
    }
  }

  private static boolean isOfJvm(Path descriptor, String javaHome) throws IOException {
    String file = Files.readSymbolicLink(descriptor).toString();
    return file.startsWith(javaHome) || file.endsWith("/nonroot-launcher.jar");
  }

  private static long signalMask(Path status) throws IOException {
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(BLOCKED)) {
        return Long.parseUnsignedLong(line.substring(BLOCKED.length()), 16);
      }
    }
    throw new IOException(status + " has no line SigBlk");
  }
}
