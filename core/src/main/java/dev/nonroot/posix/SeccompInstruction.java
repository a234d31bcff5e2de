package dev.nonroot.posix;

/**
 * The instructions of a program for seccomp(2), as {@link LibC#seccomp} takes them. What they load
 * is in {@code struct seccomp_data}.
 */
final class SeccompInstruction {
  /** Where the number of the system call is. */
  static final int NUMBER = 0;

  /** Where the architecture is. */
  static final int ARCHITECTURE = 4;

  /** Where the low half of the second argument is, on a little-endian processor. */
  static final int SECOND_ARGUMENT = 24;

  static final int AUDIT_ARCH_X86_64 = 0xc000_003e;
  static final int AUDIT_ARCH_AARCH64 = 0xc000_00b7;

  /** Set in the numbers of x32, which shares the architecture with x86-64. */
  static final int X32_SYSCALL_BIT = 0x4000_0000;

  /** Lets the call pass. */
  static final long ALLOW = instruction(0x06, 0, 0, 0x7fff_0000);

  private SeccompInstruction() {}

  static long load(int offset) {
    return instruction(0x20, 0, 0, offset);
  }

  /** Both targets count from the next instruction. */
  static long ifEqual(int value, int then, int otherwise) {
    return instruction(0x15, then, otherwise, value);
  }

  /** The same for an unsigned comparison. */
  static long ifAtLeast(int value, int then, int otherwise) {
    return instruction(0x35, then, otherwise, value);
  }

  /** Lets the call fail. */
  static long fail(int errno) {
    return instruction(0x06, 0, 0, 0x0005_0000 | errno);
  }

  private static long instruction(int code, int ifTrue, int ifFalse, int value) {
    return (long) value << 32 | (long) ifFalse << 24 | (long) ifTrue << 16 | code;
  }
}
