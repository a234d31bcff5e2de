package dev.nonroot.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.SeccompProgram;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypingFilterTest {
  private static final int ALLOW = 0x7fff_0000;
  private static final int EPERM = 0x0005_0001;
  private static final int X32 = 0x4000_0000;
  private static final int BEYOND_ALL = 2048;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541c;

  private static int run(String architecture, int number, long argument) {
    return SeccompProgram.run(
        TypingFilter.PROGRAM, Long.decode(architecture).intValue(), number, argument);
  }

  /** x86-64, aarch64, and what else their kernels run: i386, 32-bit Arm. */
  @ParameterizedTest
  @CsvSource({
    "0xc000003e, 16 514",
    "0xc00000b7, 29",
    "0x40000003, 54",
    "0x40000028, 54",
  })
  void deniesTwoKindsOfIoctlAndNoOtherCall(String architecture, String numbers) {
    List<Integer> ioctl = List.of(numbers.split(" ")).stream().map(Integer::valueOf).toList();
    for (int number = 0; number < BEYOND_ALL; number++) {
      int expected = ioctl.contains(number) ? EPERM : ALLOW;
      assertEquals(expected, run(architecture, number, TIOCSTI), "" + number);
      assertEquals(expected, run(architecture, number, TIOCLINUX), "" + number);
      assertEquals(ALLOW, run(architecture, number, 0x5413), "" + number);
    }
  }

  @ParameterizedTest
  @CsvSource({"16", "514"})
  void knowsX32(int number) {
    assertEquals(EPERM, run("0xc000003e", X32 | number, TIOCSTI));
    assertEquals(ALLOW, run("0xc000003e", X32 | number, 0x5413));
    assertEquals(ALLOW, run("0xc000003e", X32 | number + 1, TIOCSTI));
  }

  /** The kernel takes an unsigned int. */
  @ParameterizedTest
  @CsvSource({"0xffffffff00005412", "0x100005412", "0x80000000" + "0000541c"})
  void theHighHalfOfTheArgumentDoesNotMatter(String argument) {
    assertEquals(EPERM, run("0xc000003e", 16, Long.parseUnsignedLong(argument.substring(2), 16)));
  }

  @ParameterizedTest
  @CsvSource({"0x5411", "0x5413", "0x541b", "0x541d", "0x541200005401"})
  void otherRequestsPass(String argument) {
    assertEquals(ALLOW, run("0xc000003e", 16, Long.decode(argument)));
  }
}
