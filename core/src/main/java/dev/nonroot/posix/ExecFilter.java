package dev.nonroot.posix;

import static dev.nonroot.posix.SeccompInstruction.ALLOW;
import static dev.nonroot.posix.SeccompInstruction.ARCHITECTURE;
import static dev.nonroot.posix.SeccompInstruction.AUDIT_ARCH_AARCH64;
import static dev.nonroot.posix.SeccompInstruction.AUDIT_ARCH_X86_64;
import static dev.nonroot.posix.SeccompInstruction.NUMBER;
import static dev.nonroot.posix.SeccompInstruction.X32_SYSCALL_BIT;
import static dev.nonroot.posix.SeccompInstruction.fail;
import static dev.nonroot.posix.SeccompInstruction.ifAtLeast;
import static dev.nonroot.posix.SeccompInstruction.ifEqual;
import static dev.nonroot.posix.SeccompInstruction.load;

/**
 * A program for seccomp(2) that lets execve(2) and execveat(2) fail with EACCES, on x86-64 and
 * aarch64. What is called through another ABI of the same machine, where the numbers differ, fails
 * as a whole: no JVM needs it. See {@code struct seccomp_data} for what it reads.
 */
final class ExecFilter {
  static final long[] PROGRAM = {
    load(ARCHITECTURE),
    ifEqual(AUDIT_ARCH_AARCH64, 5, 0),
    ifEqual(AUDIT_ARCH_X86_64, 0, 8),
    load(NUMBER),
    ifAtLeast(X32_SYSCALL_BIT, 6, 0),
    ifEqual(59, 5, 0), // execve
    ifEqual(322, 4, 3), // execveat
    load(NUMBER),
    ifEqual(221, 2, 0), // execve
    ifEqual(281, 1, 0), // execveat
    ALLOW,
    fail(Errno.EACCES)
  };

  private ExecFilter() {}
}
