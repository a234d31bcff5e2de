package dev.nonroot.posix;

/**
 * A program for seccomp(2) that lets execve(2) and execveat(2) fail with EACCES, on x86-64 and
 * aarch64. What is called through another ABI of the same machine, where the numbers differ, fails
 * as a whole: no JVM needs it. See {@code struct seccomp_data} for what it reads.
 */
final class ExecFilter {
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_AT_LEAST = 0x35;
  private static final int RETURN = 0x06;

  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;

  private static final int AUDIT_ARCH_X86_64 = 0xc000_003e;
  private static final int AUDIT_ARCH_AARCH64 = 0xc000_00b7;

  /** Set in the numbers of x32, which shares the architecture with x86-64. */
  private static final int X32_SYSCALL_BIT = 0x4000_0000;

  private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;
  private static final int SECCOMP_RET_ERRNO = 0x0005_0000;

  static final long[] PROGRAM = {
    load(ARCHITECTURE),
    jump(JUMP_IF_EQUAL, AUDIT_ARCH_AARCH64, 5, 0),
    jump(JUMP_IF_EQUAL, AUDIT_ARCH_X86_64, 0, 8),
    load(NUMBER),
    jump(JUMP_IF_AT_LEAST, X32_SYSCALL_BIT, 6, 0),
    jump(JUMP_IF_EQUAL, 59, 5, 0), // execve
    jump(JUMP_IF_EQUAL, 322, 4, 3), // execveat
    load(NUMBER),
    jump(JUMP_IF_EQUAL, 221, 2, 0), // execve
    jump(JUMP_IF_EQUAL, 281, 1, 0), // execveat
    give(SECCOMP_RET_ALLOW),
    give(SECCOMP_RET_ERRNO | Errno.EACCES)
  };

  private ExecFilter() {}

  private static long load(int offset) {
    return instruction(LOAD_WORD, 0, 0, offset);
  }

  /** Both targets count from the next instruction. */
  private static long jump(int code, int value, int ifTrue, int ifFalse) {
    return instruction(code, ifTrue, ifFalse, value);
  }

  private static long give(int action) {
    return instruction(RETURN, 0, 0, action);
  }

  /** As {@link LibC#seccomp} takes it. */
  private static long instruction(int code, int ifTrue, int ifFalse, int value) {
    return (long) value << 32 | (long) ifFalse << 24 | (long) ifTrue << 16 | code;
  }
}
