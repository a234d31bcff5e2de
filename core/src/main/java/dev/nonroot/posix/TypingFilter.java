package dev.nonroot.posix;

import static dev.nonroot.posix.SeccompInstruction.ALLOW;
import static dev.nonroot.posix.SeccompInstruction.ARCHITECTURE;
import static dev.nonroot.posix.SeccompInstruction.AUDIT_ARCH_AARCH64;
import static dev.nonroot.posix.SeccompInstruction.AUDIT_ARCH_X86_64;
import static dev.nonroot.posix.SeccompInstruction.NUMBER;
import static dev.nonroot.posix.SeccompInstruction.SECOND_ARGUMENT;
import static dev.nonroot.posix.SeccompInstruction.X32_SYSCALL_BIT;
import static dev.nonroot.posix.SeccompInstruction.fail;
import static dev.nonroot.posix.SeccompInstruction.ifEqual;
import static dev.nonroot.posix.SeccompInstruction.load;

/**
 * A program for seccomp(2) that lets ioctl(2) with TIOCSTI and TIOCLINUX fail with EPERM: they put
 * characters into the input of a terminal, as if somebody had typed them. The kernel looks at the
 * low half of the second argument only, and so does this. It knows every ABI of x86-64 and aarch64.
 */
final class TypingFilter {
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541c;

  static final long[] PROGRAM = {
    load(ARCHITECTURE),
    ifEqual(AUDIT_ARCH_AARCH64, 6, 0),
    ifEqual(AUDIT_ARCH_X86_64, 0, 7),
    load(NUMBER),
    ifEqual(16, 7, 0),
    ifEqual(514, 6, 0), // of x32; older kernels take it without the bit as well
    ifEqual(X32_SYSCALL_BIT | 16, 5, 0),
    ifEqual(X32_SYSCALL_BIT | 514, 4, 7),
    load(NUMBER),
    ifEqual(29, 2, 5), // aarch64
    load(NUMBER),
    ifEqual(54, 0, 3), // i386, 32-bit Arm
    load(SECOND_ARGUMENT),
    ifEqual(TIOCSTI, 2, 0),
    ifEqual(TIOCLINUX, 1, 0),
    ALLOW,
    fail(Errno.EPERM)
  };

  private TypingFilter() {}
}
