package dev.nonroot.jvm;

import dev.nonroot.posix.LibC;
import java.nio.ByteBuffer;

/**
 * The calls of {@link NativeLibC} that walk a tree. They share buffers, as they come in hundreds of
 * thousands. What glibc has only since 2.30 or 2.33 goes by syscall(2), whose numbers and
 * structures are the architecture's.
 */
final class NativeFiles {
  private static final byte[] TERMINAL = {'/', 'd', 'e', 'v', '/', 't', 't', 'y', 0};
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_NOCTTY = 0400;
  private static final int O_APPEND = 02000;
  private static final int O_NONBLOCK = 04000;
  private static final int READABLE_BY_ALL = 0644;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STAT_SIZE = 144;

  /** Of struct stat, on all of them: seconds, then nanoseconds. */
  private static final int CTIME = 104;

  private static final long NANOSECONDS = 1_000_000_000;

  /** What differs; the last four are where struct stat has its parts, and whether one is a long. */
  private record Architecture(
      int openDirectory,
      int noFollow,
      int newfstatat,
      int getdents64,
      int mode,
      int uid,
      int links,
      boolean linksIsLong) {}

  private static final Architecture X86_64 =
      new Architecture(0200000, 0400000, 262, 217, 24, 28, 16, true);

  /** The one that all newer architectures share. */
  private static final Architecture AARCH64 =
      new Architecture(040000, 0100000, 79, 61, 16, 24, 20, false);

  private final NativeLibC libC;
  private final Architecture architecture =
      System.getProperty("os.arch").equals("amd64") ? X86_64 : AARCH64;
  private ByteBuffer path;
  private ByteBuffer stat;
  private ByteBuffer filled;

  NativeFiles(NativeLibC libC) {
    this.libC = libC;
  }

  private static ByteBuffer atLeast(int size, ByteBuffer buffer) {
    return buffer != null && buffer.capacity() >= size ? buffer : NativeLibC.allocate(size);
  }

  private ByteBuffer path(byte[] bytes, int offset) {
    int end = offset;
    while (bytes[end] != 0) {
      end++;
    }
    path = atLeast(Math.max(end + 1 - offset, 256), path);
    path.clear().put(bytes, offset, end + 1 - offset);
    return path;
  }

  int openatDirectory(int dirfd, byte[] bytes, int offset) {
    return openat(dirfd, bytes, offset, architecture.openDirectory);
  }

  int openatPath(int dirfd, byte[] bytes, int offset) {
    return openat(dirfd, bytes, offset, O_PATH);
  }

  int openToAppend(byte[] bytes, boolean follow) {
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    int all = follow ? flags : flags | architecture.noFollow | O_NONBLOCK;
    return libC.call("open", path(bytes, 0), all, READABLE_BY_ALL);
  }

  private int openat(int dirfd, byte[] bytes, int offset, int flag) {
    int flags = flag | architecture.noFollow | O_CLOEXEC;
    return libC.call("openat", dirfd, path(bytes, offset), flags);
  }

  int openTerminal() {
    return libC.call("open", path(TERMINAL, 0), O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }

  int fstatat(int dirfd, byte[] bytes, int offset, long[] status) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    stat = atLeast(STAT_SIZE, stat);
    int result =
        libC.call("syscall", architecture.newfstatat, dirfd, path(bytes, offset), stat, flags);
    status[LibC.ST_DEV] = stat.getLong(0);
    status[LibC.ST_MODE] = unsigned(architecture.mode);
    status[LibC.ST_UID] = unsigned(architecture.uid);
    status[LibC.ST_GID] = unsigned(architecture.uid + Integer.BYTES);
    status[LibC.ST_NLINK] =
        architecture.linksIsLong ? stat.getLong(architecture.links) : unsigned(architecture.links);
    status[LibC.ST_CTIME] = stat.getLong(CTIME) * NANOSECONDS + stat.getLong(CTIME + Long.BYTES);
    return result;
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(stat.getInt(offset));
  }

  int fchownat(int dirfd, byte[] bytes, int offset, int uid, int gid) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    return libC.call("fchownat", dirfd, path(bytes, offset), uid, gid, flags);
  }

  int getdents64(int fd, byte[] buffer) {
    filled = atLeast(buffer.length, filled);
    int result = libC.call("syscall", architecture.getdents64, fd, filled, buffer.length);
    return copied(result, buffer);
  }

  int readlink(byte[] link, byte[] buffer) {
    filled = atLeast(buffer.length, filled);
    return copied(libC.call("readlink", path(link, 0), filled, buffer.length), buffer);
  }

  private int copied(int result, byte[] buffer) {
    if (result > 0) {
      filled.clear().get(buffer, 0, result);
    }
    return result;
  }
}
