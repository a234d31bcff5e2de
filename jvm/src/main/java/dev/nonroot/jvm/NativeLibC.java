package dev.nonroot.jvm;

import dev.nonroot.posix.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The C library of the process that the JVM is. It is for one thread. */
public final class NativeLibC extends NativeFiles implements LibC {
  private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

  /** sigset_t is 128 bytes in glibc and musl; the kernel's 64 signals are the first 8. */
  private static final int SIGSET_SIZE = 128;

  /** On every architecture. */
  private static final int CLOSE_RANGE = 436;

  private static final int SIG_SETMASK = 2;
  private static final int SIG_IGN = 1;
  private static final int SIG_ERR = -1;
  private static final int POINTER = Long.BYTES;

  /** Kept for the next try. */
  private NativeExec exec;

  NativeLibC(NativeCalls calls) {
    super(calls);
  }

  @Override
  public int getresuid(int[] ids) {
    return three("getresuid", ids);
  }

  @Override
  public int getresgid(int[] ids) {
    return three("getresgid", ids);
  }

  private int three(String function, int[] ids) {
    ByteBuffer[] three = {
      allocate(Integer.BYTES), allocate(Integer.BYTES), allocate(Integer.BYTES)
    };
    int result = call(function, (Object[]) three);
    for (int i = 0; i < three.length; i++) {
      ids[i] = three[i].getInt(0);
    }
    return result;
  }

  @Override
  public int getgroups(int[] list) {
    ByteBuffer buffer = allocate(Math.max(list.length, 1) * Integer.BYTES);
    int result = call("getgroups", list.length, buffer);
    buffer.asIntBuffer().get(list);
    return result;
  }

  @Override
  public int setgroups(int[] list) {
    ByteBuffer buffer = allocate(Math.max(list.length, 1) * Integer.BYTES);
    buffer.asIntBuffer().put(list);
    return call("setgroups", list.length, buffer);
  }

  @Override
  public int setresgid(int rgid, int egid, int sgid) {
    return call("setresgid", rgid, egid, sgid);
  }

  @Override
  public int setresuid(int ruid, int euid, int suid) {
    return call("setresuid", ruid, euid, suid);
  }

  @Override
  public int setgid(int gid) {
    return call("setgid", gid);
  }

  @Override
  public int setuid(int uid) {
    return call("setuid", uid);
  }

  @Override
  public int setfsuid(int uid) {
    return call("setfsuid", uid);
  }

  @Override
  public int setfsgid(int gid) {
    return call("setfsgid", gid);
  }

  @Override
  public int capget(long[] sets) {
    ByteBuffer header = capabilityHeader();
    ByteBuffer data = allocate(6 * Integer.BYTES);
    int result = call("capget", header, data);
    for (int i = 0; i < sets.length; i++) {
      long low = data.getInt(i * Integer.BYTES) & 0xffff_ffffL;
      sets[i] = low | (long) data.getInt((i + 3) * Integer.BYTES) << Integer.SIZE;
    }
    return result;
  }

  @Override
  public int capset(long effective, long permitted, long inheritable) {
    ByteBuffer header = capabilityHeader();
    ByteBuffer data = allocate(6 * Integer.BYTES);
    data.putInt((int) effective).putInt((int) permitted).putInt((int) inheritable);
    data.putInt((int) (effective >> Integer.SIZE))
        .putInt((int) (permitted >> Integer.SIZE))
        .putInt((int) (inheritable >> Integer.SIZE));
    return call("capset", header, data);
  }

  private static ByteBuffer capabilityHeader() {
    return allocate(2 * Integer.BYTES).putInt(0, CAPABILITY_VERSION_3);
  }

  @Override
  public int prctl(int option, long arg2, long arg3) {
    return call("prctl", option, arg2, arg3);
  }

  @Override
  public int seccomp(int operation, int flags, long[] filter) {
    // struct sock_fprog: the length as a short, padding, a pointer to the filter; the filter
    // follows
    ByteBuffer program = allocate(2 * POINTER + filter.length * Long.BYTES);
    program.putShort(0, (short) filter.length);
    program.putLong(POINTER, address(program) + 2 * POINTER);
    program.position(2 * POINTER);
    program.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(filter);
    return call("syscall", number(317, 277), operation, flags, program);
  }

  /** The number of a system call; of one that no kernel has, where it is not known. */
  private static int number(int onX86, int onArm) {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> onX86;
      case "aarch64" -> onArm;
      default -> -1;
    };
  }

  @Override
  public int keyctl(int operation, long arg2) {
    return call("syscall", number(250, 219), operation, arg2, 0, 0, 0);
  }

  @Override
  public int getrlimit(int resource, long[] limits) {
    ByteBuffer buffer = allocate(2 * Long.BYTES);
    int result = call("getrlimit", resource, buffer);
    buffer.asLongBuffer().get(limits);
    return result;
  }

  @Override
  public int setrlimit(int resource, long soft, long hard) {
    return call("setrlimit", resource, allocate(2 * Long.BYTES).putLong(soft).putLong(hard));
  }

  @Override
  public int getpid() {
    return call("getpid");
  }

  @Override
  public int tcgetsid(int fd) {
    return call("tcgetsid", fd);
  }

  @Override
  public int execve(String path, String[] argv, String[] envp) {
    if (exec == null) {
      exec = new NativeExec(this);
    }
    return exec.execve(path, argv, envp);
  }

  /**
   * Calls fcntl(2).
   *
   * @param fd a file descriptor
   * @param command what to do
   * @param argument its argument
   * @return what the command returns, or -1
   */
  public int fcntl(int fd, int command, int argument) {
    return call("fcntl", fd, command, argument);
  }

  /**
   * Calls close_range(2), by syscall(2), as glibc has it only since 2.34.
   *
   * @param first the lowest file descriptor
   * @param last the highest, unsigned
   * @param flags its flags
   * @return 0, or -1; with ENOSYS before Linux 5.9, and EINVAL for flags that the kernel lacks
   */
  public int closeRange(int first, int last, int flags) {
    return call("syscall", CLOSE_RANGE, first, last, flags);
  }

  /**
   * Sets the calling thread's signal mask by sigprocmask(2).
   *
   * @param mask which signals to block: bit n stands for signal n + 1
   * @return 0, or -1
   */
  public int setSignalMask(long mask) {
    ByteBuffer set = allocate(SIGSET_SIZE).putLong(0, mask);
    return call("sigprocmask", SIG_SETMASK, set, 0);
  }

  /**
   * Ignores a signal, by signal(2).
   *
   * @param signal its number
   * @return whether that worked
   */
  public boolean ignoreSignal(int signal) {
    return call("signal", signal, SIG_IGN) != SIG_ERR;
  }

  /**
   * Ends the process by _exit(2), without anything that Java has to do or to say about it.
   *
   * @param status its exit code
   */
  public void exit(int status) {
    call("_exit", status);
  }
}
