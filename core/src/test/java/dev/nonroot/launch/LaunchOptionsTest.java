package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.NameOrId;
import dev.nonroot.ownership.NewDirectory;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchOptionsTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "22, 18", "022, 18", "0022, 18", "77, 63", "777, 511", "0777, 511"})
  void anUmaskIsOctal(String text, int mask) throws Exception {
    assertEquals(mask, LaunchOptions.umask(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "0o22", "1777", "00022", "-1", "+1", "22 ", "0x1", "u=rwx"})
  void anythingElseIsNone(String text) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> LaunchOptions.umask(text));
    assertEquals("--umask '" + text + "' is not valid; accepted: octal, 0 to 0777", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "/run/app, /run/app, 700",
    "a:755, a, 755",
    "a:0755, a, 755",
    "a:7777, a, 7777",
    "a:b:1700, a:b, 1700",
    "a:000, a, 0",
    "a/:0700, a/, 700",
    "a:755/, a:755/, 700",
    "a:755:0700, a:755, 700",
    "a:75, a:75, 700",
    "a:07555, a:07555, 700",
    "a:0758, a:0758, 700",
    "a:0o75, a:0o75, 700",
    "a:, a:, 700",
    "755, 755, 700"
  })
  void aModeIsThreeOrFourOctalDigits(String text, String path, String mode) throws Exception {
    assertEquals(new NewDirectory(path, Integer.parseInt(mode, 8)), LaunchOptions.directory(text));
  }

  @Test
  void groupsHaveCommasBetweenThem() throws Exception {
    assertEquals(List.of(), LaunchOptions.groups(""));
    assertEquals("audio 7 +8 a b", texts("audio,7,+8,a b"));
  }

  private static String texts(String groups) throws ConfigurationException {
    return LaunchOptions.groups(groups).stream()
        .map(NameOrId::text)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b"})
  void noGroupIsEmpty(String text) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> LaunchOptions.groups(text));
    assertEquals(
        "--groups '"
            + text
            + "' is not valid; accepted: names or numbers with one comma between them, '' for none",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1,4294967295", "2147483648"})
  void noGroupIsOutOfRange(String text) {
    assertThrows(ConfigurationException.class, () -> LaunchOptions.groups(text));
  }
}
