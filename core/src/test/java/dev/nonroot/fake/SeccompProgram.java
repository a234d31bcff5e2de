package dev.nonroot.fake;

/** Runs a program of seccomp(2) as the kernel would, as far as nonroot's programs need it. */
public final class SeccompProgram {
  /** AUDIT_ARCH_X86_64. */
  public static final int X86_64 = 0xc000_003e;

  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_AT_LEAST = 0x35;
  private static final int RETURN = 0x06;

  private SeccompProgram() {}

  /**
   * @param program struct sock_filter, each as 8 little-endian bytes
   * @param architecture an AUDIT_ARCH constant
   * @param number a system call's number
   * @return the action, with its data
   * @throws IllegalArgumentException if the kernel would not take the program
   */
  public static int run(long[] program, int architecture, int number) {
    return run(program, architecture, number, 0);
  }

  /** The same, with the call's second argument. */
  public static int run(long[] program, int architecture, int number, long argument) {
    int accumulator = 0;
    for (int pc = 0; pc < program.length; pc++) {
      long instruction = program[pc];
      int value = (int) (instruction >>> 32);
      int ifTrue = (int) (instruction >>> 16) & 0xff;
      int ifFalse = (int) (instruction >>> 24) & 0xff;
      switch ((int) instruction & 0xffff) {
        case LOAD_WORD -> accumulator = word(value, architecture, number, argument);
        case JUMP_IF_EQUAL -> pc += accumulator == value ? ifTrue : ifFalse;
        case JUMP_IF_AT_LEAST ->
            pc += Integer.compareUnsigned(accumulator, value) >= 0 ? ifTrue : ifFalse;
        case RETURN -> {
          return value;
        }
        default -> throw new IllegalArgumentException(Long.toHexString(instruction));
      }
    }
    throw new IllegalArgumentException("it has no end");
  }

  private static int word(int offset, int architecture, int number, long argument) {
    return switch (offset) {
      case 0 -> number;
      case 4 -> architecture;
      case 24 -> (int) argument;
      default -> throw new IllegalArgumentException("offset " + offset);
    };
  }
}
