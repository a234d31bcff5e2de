package dev.nonroot.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class MessageTest {
  @Test
  void aLineHasPrefixLevelAndText() {
    assertEquals("nonroot: error: x", Message.line("error", "x"));
    assertEquals("nonroot: warning: ", Message.line("warning", ""));
  }

  @Test
  void whatATerminalOrALogWouldObeyIsEscaped() {
    assertEquals(
        "nonroot: error: a\\x0ab\\x0d\\x1b[31m\\x00\\x7f\\x1f\\x09c",
        Message.line("error", "a\nb\r\u001b[31m\u0000\u007f\u001f\tc"));
    // the same as UTF-8 beyond ASCII: next line, and what starts a command
    assertEquals(
        "nonroot: error: \\xc2\\x85\\xc2\\x9b31m\\xc2\\x80\u00c2\u00a0\u00c2",
        Message.line("error", "\u00c2\u0085\u00c2\u009b31m\u00c2\u0080\u00c2\u00a0\u00c2"));
  }

  @Test
  void allOtherBytesStayAsTheyAre() {
    StringBuilder all = new StringBuilder();
    for (char c = ' '; c <= 0xff; c++) {
      all.append(c == 0x7f ? "" : c);
    }
    assertEquals("nonroot: fix: " + all, Message.line("fix", all.toString()));
  }

  @Test
  void textsAreOneLineOfAscii() throws Exception {
    int texts = 0;
    for (String room : new String[] {"config", "launch", "policy"}) {
      Class<?> messages = Class.forName("dev.nonroot." + room + ".Messages");
      for (Field field : messages.getDeclaredFields()) {
        if (field.getType() == String.class) {
          field.setAccessible(true);
          String text = (String) field.get(null);
          assertTrue(text.chars().allMatch(c -> c >= ' ' && c < 0x7f), room + field.getName());
          texts++;
        }
      }
    }
    assertTrue(texts > 15);
  }

  @Test
  void whatIsNoByteDoesNotBreakALine() {
    assertEquals("nonroot: error: \u00ff?", Message.line("error", "\u00ff\u0430"));
  }
}
