package dev.nonroot.text;

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

  /** Whatever is passed over: lines that have the text are all there, whole and in order. */
  @Test
  void findsEveryLineWithAText() throws Exception {
    Random random = new Random(3);
    for (int run = 0; run < 400; run++) {
      String wanted = letters(random, 1 + random.nextInt(run % 10 == 0 ? 300 : 6));
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i >= 0; i--) {
        text.append(letters(random, random.nextInt(30) == 0 ? random.nextInt(20000) : i % 40));
        text.append(random.nextInt(20) == 0 ? wanted : "");
        text.append(i > 0 || random.nextBoolean() ? "\n" : "");
      }
      List<String> expected = lines(text.toString());
      expected.removeIf(line -> !line.contains(wanted));
      int most = 1 << random.nextInt(18);
      LineReader reader = new LineReader(trickle(text.toString(), random, most), Bytes.of(wanted));
      List<String> found = new ArrayList<>();
      while (reader.next()) {
        found.add(reader.line());
      }
      found.removeIf(line -> !line.contains(wanted));
      assertEquals(expected, found);
      assertFalse(reader.next(), "the end stays the end");
    }
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  @Test
  void passesOverLinesWithoutTheText() throws Exception {
    String others = "someone:x:1:2\n".repeat(100_000);
    String text = others + "app:x:3:4\n" + others + "x".repeat(3 * MAX) + "app\nlast app";
    LineReader reader = new LineReader(new ByteArrayInputStream(Bytes.of(text)), Bytes.of("app"));
    int lines = 0;
    String last = null;
    while (reader.next()) {
      lines++;
      last = reader.line();
      assertTrue(reader.buffer().length <= 2 * MAX);
    }
    assertEquals("last app", last);
    assertTrue(lines < 200, lines + " of 200,003");
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
