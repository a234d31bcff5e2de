package dev.nonroot.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.SeccompProgram;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecFilterTest {
  private static final int ALLOW = 0x7fff_0000;
  private static final int EACCES = 0x0005_000d;
  private static final int X32 = 0x4000_0000;
  private static final int BEYOND_ALL = 2048;

  private static int run(int architecture, int number) {
    return SeccompProgram.run(ExecFilter.PROGRAM, architecture, number);
  }

  @ParameterizedTest
  @CsvSource({"0xc000003e, 59, 322", "0xc00000b7, 221, 281"})
  void deniesTheTwoCallsAndNoOther(String architecture, int execve, int execveat) {
    for (int number = 0; number < BEYOND_ALL; number++) {
      int expected = Set.of(execve, execveat).contains(number) ? EACCES : ALLOW;
      assertEquals(expected, run(Long.decode(architecture).intValue(), number), "" + number);
    }
  }

  /** Some of x32 have the numbers of x86-64, execve and execveat have others: 520 and 545. */
  @Test
  void deniesAllOfX32() {
    for (int number = 0; number < BEYOND_ALL; number++) {
      assertEquals(EACCES, run(SeccompProgram.X86_64, X32 | number));
    }
    assertEquals(EACCES, run(SeccompProgram.X86_64, -2));
    assertEquals(ALLOW, run(SeccompProgram.X86_64, X32 - 1));
  }

  /** i386 has execve at 11, arm too: what matters is that no number of theirs passes. */
  @ParameterizedTest
  @ValueSource(strings = {"0x40000003", "0x40000028", "0", "0xc0000015", "0xffffffff"})
  void deniesAllOfAnotherAbi(String architecture) {
    for (int number = 0; number < BEYOND_ALL; number++) {
      assertEquals(EACCES, run(Long.decode(architecture).intValue(), number), "" + number);
    }
  }
}
