package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EINVAL;
import static dev.nonroot.posix.Errno.EPERM;

import dev.nonroot.identity.Capability;
import dev.nonroot.posix.LibC;
import java.util.Arrays;

/** The part of {@link FakeLibC} that is about files and limits. */
abstract class FakeFileCalls implements LibC {
  private static final int ENODATA = 61;

  private static final int RLIMITS = 16;
  private static final int NOFILE = 7;
  private static final int CAP_CHOWN = 0;
  private static final int CAP_SYS_RESOURCE = 24;

  final FakeKernel kernel;
  final Faults faults;
  private final long[][] limits = new long[RLIMITS][];
  private int errno;
  private int mask = 022;

  FakeFileCalls(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
    Arrays.fill(limits, new long[] {-1, -1});
    limits[NOFILE] = new long[] {1024, 4096};
  }

  final boolean fails(String call) {
    return result(faults.errorOf(call)) != 0;
  }

  final int failure(int error) {
    errno = error;
    return -1;
  }

  final int result(int error) {
    return error == 0 ? 0 : failure(error);
  }

  final int value(int value) {
    return value < 0 ? failure(-value) : value;
  }

  @Override
  public int errno() {
    return errno;
  }

  private boolean can(int capability) {
    return Capability.in(kernel.caller().credentials().capabilities().effective(), capability);
  }

  @Override
  public int getrlimit(int resource, long[] into) {
    if (fails("getrlimit(" + resource + ")")) {
      return -1;
    }
    if (resource < 0 || resource >= RLIMITS) {
      return failure(EINVAL);
    }
    System.arraycopy(limits[resource], 0, into, 0, 2);
    return 0;
  }

  @Override
  public int setrlimit(int resource, long soft, long hard) {
    if (fails("setrlimit(" + resource + ", " + soft + ", " + hard + ")")) {
      return -1;
    }
    if (resource < 0 || resource >= RLIMITS || Long.compareUnsigned(soft, hard) > 0) {
      return failure(EINVAL);
    }
    if (Long.compareUnsigned(hard, limits[resource][1]) > 0 && !can(CAP_SYS_RESOURCE)) {
      return failure(EPERM);
    }
    limits[resource] = new long[] {soft, hard};
    return 0;
  }

  @Override
  public int getpid() {
    return FakeKernel.PID;
  }

  @Override
  public int tcgetsid(int fd) {
    return fails("tcgetsid(" + fd + ")") ? -1 : value(kernel.tree().tcgetsid(fd));
  }

  @Override
  public int openTerminal() {
    return fails("open(/dev/tty)") ? -1 : value(kernel.tree().openTerminal());
  }

  @Override
  public int fchmod(int fd, int mode) {
    return fails("fchmod(" + fd + ", 0" + Integer.toOctalString(mode) + ")")
        ? -1
        : value(kernel.tree().fchmod(fd, mode));
  }

  private static String at(int dirfd, byte[] path, int offset) {
    String name = FakeTree.text(path, offset);
    return (dirfd == AT_FDCWD ? "AT_FDCWD" : dirfd) + ", " + (name.isEmpty() ? "''" : name);
  }

  @Override
  public int openatDirectory(int dirfd, byte[] path, int offset) {
    return open(dirfd, path, offset, true);
  }

  @Override
  public int openatPath(int dirfd, byte[] path, int offset) {
    return open(dirfd, path, offset, false);
  }

  private int open(int dirfd, byte[] path, int offset, boolean directory) {
    String flag = directory ? ", O_DIRECTORY)" : ", O_PATH)";
    if (fails("openat(" + at(dirfd, path, offset) + flag)) {
      return -1;
    }
    String name = FakeTree.text(path, offset);
    return value(kernel.tree().openat(dirfd, name, directory, limits[NOFILE][0]));
  }

  @Override
  public int fstatat(int dirfd, byte[] path, int offset, long[] status) {
    return fails("fstatat(" + at(dirfd, path, offset) + ")")
        ? -1
        : value(kernel.tree().fstatat(dirfd, FakeTree.text(path, offset), status));
  }

  @Override
  public int statx(int dirfd, byte[] path, int offset, long[] attributes) {
    return fails("statx(" + at(dirfd, path, offset) + ")")
        ? -1
        : value(kernel.tree().statx(dirfd, FakeTree.text(path, offset), attributes));
  }

  @Override
  public int fchownat(int dirfd, byte[] path, int offset, int uid, int gid) {
    String name = FakeTree.text(path, offset);
    return fails("fchownat(" + at(dirfd, path, offset) + ", " + uid + ", " + gid + ")")
        ? -1
        : value(kernel.tree().fchownat(dirfd, name, uid, gid, can(CAP_CHOWN)));
  }

  @Override
  public int getdents64(int fd, byte[] buffer) {
    return fails("getdents64(" + fd + ")") ? -1 : value(kernel.tree().getdents64(fd, buffer));
  }

  @Override
  public int readlink(byte[] path, byte[] buffer) {
    String link = FakeTree.text(path, 0);
    return fails("readlink(" + link + ")") ? -1 : value(kernel.tree().readlink(link, buffer));
  }

  /** Knows {@code security.capability}, of a file that {@link FakeTree} says has it. */
  @Override
  public int getxattr(byte[] path, byte[] name, byte[] value) {
    String file = FakeTree.text(path, 0);
    if (fails("getxattr(" + file + ", " + FakeTree.text(name, 0) + ")")) {
      return -1;
    }
    byte[] capability = kernel.tree().fileCapabilities(file);
    System.arraycopy(capability, 0, value, 0, capability.length);
    return value(capability.length == 0 ? -ENODATA : capability.length);
  }

  private FakeEntries entries() {
    return new FakeEntries(kernel.tree(), kernel.caller().credentials());
  }

  @Override
  public int umask(int mask) {
    faults.note("umask(" + mask + ")");
    int before = this.mask;
    this.mask = mask & 0777;
    return before;
  }

  @Override
  public int mkdirat(int dirfd, byte[] path, int mode) {
    String call = "mkdirat(" + at(dirfd, path, 0) + ", 0" + Integer.toOctalString(mode) + ")";
    return fails(call) ? -1 : result(entries().mkdirat(dirfd, text(path), mode & ~mask));
  }

  @Override
  public int openatFile(int dirfd, byte[] path) {
    return fails("openat(" + at(dirfd, path, 0) + ", O_RDONLY)")
        ? -1
        : value(entries().openatFile(dirfd, text(path), limits[NOFILE][0]));
  }

  @Override
  public int openatNew(int dirfd, byte[] path) {
    return fails("openat(" + at(dirfd, path, 0) + ", O_CREAT)")
        ? -1
        : value(entries().openatNew(dirfd, text(path), limits[NOFILE][0]));
  }

  @Override
  public int read(int fd, byte[] buffer) {
    return fails("read(" + fd + ")") ? -1 : value(entries().read(fd, buffer));
  }

  @Override
  public int write(int fd, byte[] buffer, int offset, int length) {
    return fails("write(" + fd + ", " + length + ")")
        ? -1
        : value(entries().write(fd, Arrays.copyOfRange(buffer, offset, offset + length)));
  }

  @Override
  public int renameat2(int dirfd, byte[] from, byte[] to, int flags) {
    String call = "renameat2(" + at(dirfd, from, 0) + ", " + text(to) + ", " + flags + ")";
    return fails(call) ? -1 : result(entries().renameat2(dirfd, text(from), text(to), flags));
  }

  @Override
  public int unlinkat(int dirfd, byte[] path, int flags) {
    return fails("unlinkat(" + at(dirfd, path, 0) + ", " + flags + ")")
        ? -1
        : result(entries().unlinkat(dirfd, text(path), flags != 0));
  }

  private static String text(byte[] path) {
    return FakeTree.text(path, 0);
  }

  @Override
  public int close(int fd) {
    return fails("close(" + fd + ")") ? -1 : value(kernel.tree().close(fd));
  }
}
