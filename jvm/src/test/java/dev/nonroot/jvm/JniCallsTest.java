package dev.nonroot.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the library is asked; the tests of the packed tree have the library itself. */
class JniCallsTest {
  private long[] asked;
  private ByteBuffer buffer;
  private long answer;

  private final JniCalls calls = new JniCalls(this::answer);

  private long answer(Object object, long[] numbers) {
    if (numbers == null) {
      buffer = (ByteBuffer) object;
      return 4096;
    }
    asked = numbers.clone();
    numbers[7] = 38;
    return answer;
  }

  @Test
  void aCallIsSevenNumbersAndLeavesErrno() {
    answer = -1;
    assertEquals(-1, calls.call(77, 1, 2, 3, 4, 5, -6));
    assertArrayEquals(new long[] {77, 1, 2, 3, 4, 5, -6, 0}, asked);
    assertEquals(38, calls.errno());
  }

  @Test
  void aSymbolIsAskedForByItsName() throws Exception {
    answer = 12345;
    assertEquals(12345, calls.symbol("setgroups"));
    assertArrayEquals(new long[] {0, 4096, 0, 0, 0, 0, 0, 0}, asked);
    byte[] name = new byte[buffer.capacity()];
    buffer.rewind().get(name);
    assertArrayEquals("setgroups\0".getBytes(StandardCharsets.US_ASCII), name);
  }

  @Test
  void aSymbolThatIsNotThereIsAnError() {
    IOException e = assertThrows(IOException.class, () -> calls.symbol("nope"));
    assertEquals("the C library has no nope", e.getMessage());
  }
}
