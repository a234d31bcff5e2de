package dev.nonroot.jvm;

import dev.nonroot.posix.FileCalls;
import dev.nonroot.text.Bytes;
import java.nio.ByteBuffer;

/**
 * The C library's functions for files. Those that walk a tree share buffers, as they come in
 * hundreds of thousands. What glibc has only since 2.30 or 2.33 goes by syscall(2), whose numbers
 * and structures are the architecture's.
 */
abstract class NativeFiles extends NativeFunctions implements FileCalls {
  private static final byte[] TERMINAL = {'/', 'd', 'e', 'v', '/', 't', 't', 'y', 0};
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_NOCTTY = 0400;
  private static final int O_APPEND = 02000;
  private static final int O_NONBLOCK = 04000;
  private static final int READABLE_BY_ALL = 0644;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STAT_SIZE = 144;
  private static final int STATX_SIZE = 256;

  /** Of struct statx, on all of them. */
  private static final int ATTRIBUTES = 8;

  private static final int ATTRIBUTES_MASK = 56;

  /** Of struct stat, on all of them: seconds, then nanoseconds. */
  private static final int CTIME = 104;

  private static final long NANOSECONDS = 1_000_000_000;

  /** What differs; the last four are where struct stat has its parts, and whether one is a long. */
  private record Architecture(
      int openDirectory,
      int noFollow,
      int newfstatat,
      int getdents64,
      int statx,
      int renameat2,
      int mode,
      int uid,
      int links,
      boolean linksIsLong) {}

  private static final Architecture X86_64 =
      new Architecture(0200000, 0400000, 262, 217, 332, 316, 24, 28, 16, true);

  /** The one that all newer architectures share. */
  private static final Architecture AARCH64 =
      new Architecture(040000, 0100000, 79, 61, 291, 276, 16, 24, 20, false);

  private final Architecture architecture =
      System.getProperty("os.arch").equals("amd64") ? X86_64 : AARCH64;
  private ByteBuffer path;
  private ByteBuffer stat;
  private ByteBuffer filled;

  NativeFiles(NativeCalls calls) {
    super(calls);
  }

  private static ByteBuffer atLeast(int size, ByteBuffer buffer) {
    return buffer != null && buffer.capacity() >= size ? buffer : allocate(size);
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

  @Override
  public int openatDirectory(int dirfd, byte[] bytes, int offset) {
    return openat(dirfd, bytes, offset, architecture.openDirectory);
  }

  @Override
  public int openatPath(int dirfd, byte[] bytes, int offset) {
    return openat(dirfd, bytes, offset, O_PATH);
  }

  @Override
  public int openatFile(int dirfd, byte[] bytes) {
    return openat(dirfd, bytes, 0, O_NONBLOCK | O_NOCTTY);
  }

  @Override
  public int openatNew(int dirfd, byte[] bytes) {
    return openat(dirfd, bytes, 0, O_WRONLY | O_CREAT | O_EXCL);
  }

  @Override
  public int read(int fd, byte[] buffer) {
    filled = atLeast(buffer.length, filled);
    return copied(call("read", fd, filled, buffer.length), buffer);
  }

  @Override
  public int write(int fd, byte[] buffer, int offset, int length) {
    filled = atLeast(length, filled);
    filled.clear().put(buffer, offset, length);
    return call("write", fd, filled, length);
  }

  @Override
  public int mkdirat(int dirfd, byte[] bytes, int mode) {
    return call("mkdirat", dirfd, path(bytes, 0), mode);
  }

  @Override
  public int renameat2(int dirfd, byte[] from, byte[] to, int flags) {
    ByteBuffer target = allocate(to.length);
    target.put(to);
    ByteBuffer source = path(from, 0);
    return flags == 0
        ? call("renameat", dirfd, source, dirfd, target)
        : call("syscall", architecture.renameat2, dirfd, source, dirfd, target, flags);
  }

  @Override
  public int unlinkat(int dirfd, byte[] bytes, int flags) {
    return call("unlinkat", dirfd, path(bytes, 0), flags);
  }

  /**
   * Opens a file to append to it, which is made if it is not there. Only with {@code follow} it may
   * wait, and be what a link leads to.
   */
  int openToAppend(byte[] bytes, boolean follow) {
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    int all = follow ? flags : flags | architecture.noFollow | O_NONBLOCK;
    return call("open", path(bytes, 0), all, READABLE_BY_ALL);
  }

  @Override
  public int chdir(String path) {
    ByteBuffer buffer = allocate(path.length() + 1);
    buffer.put(Bytes.of(path));
    return call("chdir", buffer);
  }

  @Override
  public int access(String path, int mode) {
    ByteBuffer buffer = allocate(path.length() + 1);
    buffer.put(Bytes.of(path));
    return call("access", buffer, mode);
  }

  @Override
  public int fchmod(int fd, int mode) {
    return call("fchmod", fd, mode);
  }

  @Override
  public int close(int fd) {
    return call("close", fd);
  }

  @Override
  public int umask(int mask) {
    return call("umask", mask);
  }

  private int openat(int dirfd, byte[] bytes, int offset, int flag) {
    int flags = flag | architecture.noFollow | O_CLOEXEC;
    return call("openat", dirfd, path(bytes, offset), flags, 0);
  }

  @Override
  public int openTerminal() {
    return call("open", path(TERMINAL, 0), O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }

  @Override
  public int fstatat(int dirfd, byte[] bytes, int offset, long[] status) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    stat = atLeast(STAT_SIZE, stat);
    int result = call("syscall", architecture.newfstatat, dirfd, path(bytes, offset), stat, flags);
    status[ST_DEV] = stat.getLong(0);
    status[ST_INO] = stat.getLong(Long.BYTES);
    status[ST_MODE] = unsigned(architecture.mode);
    status[ST_UID] = unsigned(architecture.uid);
    status[ST_GID] = unsigned(architecture.uid + Integer.BYTES);
    status[ST_NLINK] =
        architecture.linksIsLong ? stat.getLong(architecture.links) : unsigned(architecture.links);
    status[ST_CTIME] = stat.getLong(CTIME) * NANOSECONDS + stat.getLong(CTIME + Long.BYTES);
    return result;
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(stat.getInt(offset));
  }

  @Override
  public int statx(int dirfd, byte[] bytes, int offset, long[] attributes) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    stat = atLeast(STATX_SIZE, stat);
    int result = call("syscall", architecture.statx, dirfd, path(bytes, offset), flags, 0, stat);
    attributes[0] = stat.getLong(ATTRIBUTES);
    attributes[1] = stat.getLong(ATTRIBUTES_MASK);
    return result;
  }

  @Override
  public int fchownat(int dirfd, byte[] bytes, int offset, int uid, int gid) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    return call("fchownat", dirfd, path(bytes, offset), uid, gid, flags);
  }

  @Override
  public int getdents64(int fd, byte[] buffer) {
    filled = atLeast(buffer.length, filled);
    int result = call("syscall", architecture.getdents64, fd, filled, buffer.length);
    return copied(result, buffer);
  }

  @Override
  public int readlink(byte[] link, byte[] buffer) {
    filled = atLeast(buffer.length, filled);
    return copied(call("readlink", path(link, 0), filled, buffer.length), buffer);
  }

  @Override
  public int getxattr(byte[] file, byte[] name, byte[] value) {
    filled = atLeast(value.length, filled);
    ByteBuffer attribute = allocate(name.length);
    attribute.put(name);
    return copied(call("getxattr", path(file, 0), attribute, filled, value.length), value);
  }

  private int copied(int result, byte[] buffer) {
    if (result > 0) {
      filled.clear().get(buffer, 0, result);
    }
    return result;
  }
}
