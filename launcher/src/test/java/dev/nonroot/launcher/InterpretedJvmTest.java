package dev.nonroot.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

/** The command line of a JVM that is started again. */
class InterpretedJvmTest {
  private static String[] words(String... words) {
    return words;
  }

  @Test
  void theOptionsComeBeforeAllOthers() {
    assertArrayEquals(
        words("java", "-Xint", "-Dnonroot-launcher.interpreted=true", "-jar", "x", "exec", "", ""),
        InterpretedJvm.arguments("java\0-jar\0x\0exec\0\0\0"));
  }

  @Test
  void bytesStayAsTheyAre() {
    assertArrayEquals(
        words("j", "-Xint", "-Dnonroot-launcher.interpreted=true", "\u00ff\n"),
        InterpretedJvm.arguments("j\0\u00ff\n\0"));
  }

  @Test
  void thisOneHasACompiler() {
    assertFalse(InterpretedJvm.isThis());
  }
}
