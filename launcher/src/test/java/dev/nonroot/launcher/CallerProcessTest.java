package dev.nonroot.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Undoing what java(1) and the JVM do to arguments and environment. */
class CallerProcessTest {
  private static final String HOME = "/jvm";
  private static final String OWN_17 = "/jvm/lib/server:/jvm/lib:/jvm/../lib";
  private static final String OWN_25 = "/jvm/lib/server:/jvm/lib";

  private static String[] decoded(String... arguments) {
    return arguments;
  }

  private static void assertRaw(String[] decoded, String commandLine, String... raw)
      throws IOException {
    assertArrayEquals(raw, CallerProcess.arguments(decoded, commandLine));
  }

  @Test
  void theArgumentsAreTheLastOnes() throws Exception {
    assertRaw(decoded("exec", "id"), "java\0-jar\0x.jar\0exec\0id\0", "exec", "id");
    assertRaw(decoded("a", "", ""), "java\0-jar\0x.jar\0a\0\0\0", "a", "", "");
    assertRaw(decoded(), "java\0-jar\0x.jar\0");
  }

  @Test
  void whatTheJvmCouldNotDecodeIsAsItWas() throws Exception {
    assertRaw(
        decoded("a\ufffdb", "é\n"), "java\0X\0a\u00ffb\0\u00c3\u00a9\n\0", "a\u00ffb", "Ã©\n");
  }

  @Test
  void argumentsInAnArgumentFileAreTakenIfNothingIsLost() throws Exception {
    assertRaw(decoded("exec", "@x"), "java\0@args\0", "exec", "@x");
    assertRaw(decoded("exec", "a", "b", "c"), "java\0@args\0", "exec", "a", "b", "c");
    assertThrows(
        IOException.class,
        () -> CallerProcess.arguments(decoded("exec", "\ufffd"), "java\0@args\0"));
  }

  @Test
  void otherArgumentsThanTheJvmSawAreAnError() {
    assertThrows(
        IOException.class, () -> CallerProcess.arguments(decoded("exec", "id"), "java\0X\0a\0b\0"));
    assertThrows(IOException.class, () -> CallerProcess.arguments(decoded("a", "b", "c"), "a\0"));
    assertThrows(IOException.class, () -> CallerProcess.arguments(decoded("a"), ""));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // path as found, musl, path as the caller gave it
        "/a, true, /a",
        "/a, false, /a",
        "'', true, ''",
        OWN_17 + ", true, -",
        OWN_25 + ", true, -",
        OWN_17 + ":/a:/b, true, /a:/b",
        OWN_25 + ":/a:/b, true, /a:/b",
        OWN_25 + ":, true, ''",
        OWN_25 + "/x:/a, true, " + OWN_25 + "/x:/a",
        OWN_25 + ":/x/lib/server, false, /x/lib/server",
        OWN_17 + ":/a:/x/lib/client, false, /a:/x/lib/client",
        OWN_25 + ":/a, false, " + OWN_25 + ":/a", // glibc's java would have left it alone
        OWN_17 + ", false, " + OWN_17,
        "/jvm/lib/server, true, /jvm/lib/server",
      })
  void theLibraryPathIsTheCallers(String found, boolean musl, String given) {
    assertEquals(given, CallerProcess.callersLibraryPath(found, HOME, musl));
  }
}
