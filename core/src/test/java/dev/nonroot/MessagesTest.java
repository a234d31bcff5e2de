package dev.nonroot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void aLineHasPrefixLevelAndText() {
    assertEquals("nonroot: error: x", Messages.line("error", "x"));
    assertEquals("nonroot: warning: ", Messages.line("warning", ""));
  }

  @Test
  void whatATerminalOrALogWouldObeyIsEscaped() {
    assertEquals(
        "nonroot: error: a\\x0ab\\x0d\\x1b[31m\\x00\\x7f\\x1f\\x09c",
        Messages.line("error", "a\nb\r\u001b[31m\u0000\u007f\u001f\tc"));
    // the same as UTF-8 beyond ASCII: next line, and what starts a command
    assertEquals(
        "nonroot: error: \\xc2\\x85\\xc2\\x9b31m\\xc2\\x80\u00c2\u00a0\u00c2",
        Messages.line("error", "\u00c2\u0085\u00c2\u009b31m\u00c2\u0080\u00c2\u00a0\u00c2"));
  }

  @Test
  void allOtherBytesStayAsTheyAre() {
    StringBuilder all = new StringBuilder();
    for (char c = ' '; c <= 0xff; c++) {
      all.append(c == 0x7f ? "" : c);
    }
    assertEquals("nonroot: fix: " + all, Messages.line("fix", all.toString()));
  }

  @Test
  void theFixForRootIsTheOneOfTheContract() {
    assertEquals(
        "USER 10001 in the Dockerfile, docker run --user 10001,"
            + " securityContext.runAsUser/runAsNonRoot, or"
            + " ENTRYPOINT [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]",
        Messages.FIX_ROOT);
  }

  @Test
  void textsAreOneLineOfAscii() throws Exception {
    for (Field field : Messages.class.getFields()) {
      String text = (String) field.get(null);
      assertTrue(text.chars().allMatch(c -> c >= ' ' && c < 0x7f), field.getName());
    }
  }

  @Test
  void rootIsNamedByWhatItCanDo() {
    assertEquals("this JVM runs as root (uid 0)", Messages.rootUid(new Ids(5, 0, 5, 5), false));
    assertEquals(
        "this JVM can become root again (real, effective, saved and filesystem uid 5 5 0 5)",
        Messages.rootUid(new Ids(5, 5, 0, 5), false));
    assertEquals(
        "this JVM runs as root (uid 0) of a user namespace that is unprivileged outside",
        Messages.rootUid(new Ids(0, 0, 0, 0), true));
    assertEquals("this JVM runs with root's group (gid 0)", Messages.rootGid(new Ids(5, 0, 5, 5)));
    assertEquals(
        "this JVM can take root's group (real, effective, saved and filesystem gid 0 5 5 5)",
        Messages.rootGid(new Ids(0, 5, 5, 5)));
  }

  @Test
  void whatIsNoByteDoesNotBreakALine() {
    assertEquals("nonroot: error: \u00ff?", Messages.line("error", "\u00ff\u0430"));
  }
}
