package dev.nonroot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeFile;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  private static final int BUFFER = 1 << 16;
  private static final int MAX = LineReader.MAX_LINE;

  private static List<String> lines(InputStream in) throws IOException {
    LineReader reader = new LineReader(in);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(reader.line());
    }
    assertFalse(reader.next(), "the end stays the end");
    return lines;
  }

  private static List<String> lines(String text) throws IOException {
    return lines(new ByteArrayInputStream(Bytes.of(text)));
  }

  @Test
  void splitsAtNewlines() throws Exception {
    assertEquals(List.of(), lines(""));
    assertEquals(List.of(""), lines("\n"));
    assertEquals(List.of("a"), lines("a"));
    assertEquals(List.of("a"), lines("a\n"));
    assertEquals(List.of("a", "", "b", ""), lines("a\n\nb\n\n"));
    assertEquals(List.of("a\r", "\u0000\u00ff"), lines("a\r\n\u0000\u00ff"));
  }

  /** Lines that end just before, at and after every border of the growing buffer. */
  @ParameterizedTest
  @ValueSource(ints = {BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER - 1, 2 * BUFFER, MAX - 1, MAX})
  void keepsLongLinesWhole(int length) throws Exception {
    String line = "x".repeat(length - 1) + "y";
    assertEquals(List.of(line), lines(line));
    assertEquals(List.of(line), lines(line + "\n"));
    assertEquals(List.of("a", line, "b"), lines("a\n" + line + "\nb"));
    assertEquals(List.of(line, "", line), lines(line + "\n\n" + line));
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX + 1, MAX + 2, MAX + BUFFER, 2 * MAX - 1, 2 * MAX, 2 * MAX + 1, 5 * MAX})
  void passesOverWhatIsTooLong(int length) throws Exception {
    String line = "x".repeat(length);
    assertEquals(List.of(""), lines(line));
    assertEquals(List.of(""), lines(line + "\n"));
    assertEquals(List.of("a", "", "b"), lines("a\n" + line + "\nb"));
    assertEquals(List.of("", "", "b", ""), lines(line + "\n" + line + "\nb\n" + line));
  }

  @Test
  void doesNotDependOnHowMuchReadGives() throws Exception {
    Random random = new Random(42);
    for (int run = 0; run < 40; run++) {
      List<String> expected = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 60; i++) {
        int kind = random.nextInt(20);
        int length = kind == 0 ? random.nextInt(3 * BUFFER) : random.nextInt(1 + 300 * (kind % 3));
        String line = String.valueOf((char) ('a' + i % 26)).repeat(length);
        expected.add(line);
        text.append(line).append('\n');
      }
      int most = 1 << random.nextInt(18);
      assertEquals(expected, lines(trickle(text.toString(), random, most)));
    }
  }

  @Test
  void passesOverWhatTricklesInTooLong() throws Exception {
    String text = "a\n" + "x".repeat(MAX + 1) + "\nb\n" + "x".repeat(3 * MAX) + "\n\nc";
    Random random = new Random(7);
    for (int most : new int[] {100, 4096, 65536, 1 << 20, 1 << 22}) {
      assertEquals(List.of("a", "", "b", "", "", "c"), lines(trickle(text, random, most)));
    }
  }

  private static InputStream trickle(String text, Random random, int most) {
    return new FilterInputStream(new ByteArrayInputStream(Bytes.of(text))) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }

  @Test
  void theBufferStaysSmall() throws Exception {
    LineReader reader =
        new LineReader(new ByteArrayInputStream(Bytes.of("x".repeat(20 * MAX) + "\nb\n")));
    while (reader.next()) {
      assertTrue(reader.buffer().length <= 2 * MAX);
    }
    assertEquals("", reader.line().replace("b", ""));
    assertTrue(reader.buffer().length <= 2 * MAX);
  }

  @Test
  void aFailureToReadIsPassedOn() throws Exception {
    InputStream failing = FakeFile.failing("Input/output error").content().get();
    IOException e = assertThrows(IOException.class, () -> new LineReader(failing).next());
    assertEquals("Input/output error", e.getMessage());
  }
}
