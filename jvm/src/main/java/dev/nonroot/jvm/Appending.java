package dev.nonroot.jvm;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;
import dev.nonroot.system.FdPath;
import dev.nonroot.text.Bytes;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongBiFunction;

/**
 * Appends to a file that somebody else may have made: a FIFO without a reader, or a lease on the
 * file (F_SETLEASE), keeps whoever opens it waiting.
 */
final class Appending {
  private static final int FORMAT = 0170000;
  private static final int REGULAR = 0100000;
  private static final int ENXIO = 6;
  private static final byte[] ITSELF = {0};
  private static final long PATIENCE = 1;

  private Appending() {}

  /** Opens it so that it never waits, and looks at what it has opened. */
  static void byCalls(ToLongBiFunction<Object, long[]> library, String path, String text)
      throws IOException {
    if (path.indexOf('\0') >= 0) {
      throw new IOException(Errno.text(Errno.EINVAL));
    }
    // One of its own: any thread may come here, at any time.
    NativeLibC libC = new NativeLibC(new JniCalls(library));
    boolean follow = FdPath.is(path);
    int fd = libC.openToAppend(Bytes.of(path + '\0'), follow);
    if (fd < 0) {
      int errno = libC.errno();
      throw new IOException(
          switch (errno) {
            case Errno.ELOOP -> JvmFiles.LINK;
            case ENXIO -> JvmFiles.NOT_REGULAR; // a FIFO without a reader, or a socket
            default -> Errno.text(errno);
          });
    }
    try {
      if (!follow) {
        requireFile(libC, fd);
      }
      byte[] bytes = Bytes.of(text);
      ByteBuffer buffer = NativeLibC.allocate(bytes.length).put(bytes);
      int count = libC.call("write", fd, buffer, bytes.length);
      if (count != bytes.length) {
        throw new IOException(
            count < 0 ? Errno.text(libC.errno()) : "Only a part of the line was written");
      }
    } finally {
      libC.close(fd);
    }
  }

  private static void requireFile(NativeLibC libC, int fd) throws IOException {
    long[] status = new long[FileMode.STATUS_SIZE];
    if (libC.fstatat(fd, ITSELF, 0, status) != 0) {
      throw new IOException(Errno.text(libC.errno()));
    }
    long mode = status[LibC.ST_MODE];
    if ((mode & FORMAT) != REGULAR && !FileMode.isCharacterDevice(mode)) {
      throw new IOException(JvmFiles.NOT_REGULAR);
    }
  }

  /** Java cannot open without waiting: where it waits, it is left to itself. */
  static void byThread(JvmFiles files, File file, String text) throws IOException {
    Attempt attempt = new Attempt(files, file, text);
    Thread thread = new Thread(null, attempt, "nonroot report-file", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      throw new IOException("No thread can be started to open it", e);
    }
    if (!attempt.isDoneInTime(thread)) {
      throw new IOException("It cannot be opened within " + PATIENCE + " s");
    }
    if (attempt.failure != null) {
      throw attempt.failure;
    }
  }

  private static final class Attempt implements Runnable {
    private final JvmFiles files;
    private final File file;
    private final String text;
    private volatile IOException failure;

    Attempt(JvmFiles files, File file, String text) {
      this.files = files;
      this.file = file;
      this.text = text;
    }

    @Override
    public void run() {
      try {
        files.append(file, text);
      } catch (IOException e) {
        failure = e;
      } catch (RuntimeException | Error e) {
        failure = new IOException(JvmText.toBytes(e.toString()), e);
      }
    }

    /** Who waits may be a thread of the application's that is interrupted, and has to stay so. */
    boolean isDoneInTime(Thread thread) {
      boolean interrupted = false;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
      for (long left = end - System.nanoTime();
          left > 0 && thread.isAlive();
          left = end - System.nanoTime()) {
        try {
          TimeUnit.NANOSECONDS.timedJoin(thread, left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return !thread.isAlive();
    }
  }
}
