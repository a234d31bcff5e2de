package dev.nonroot.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.text.Decimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserSpecTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "+0, 0",
    "00, 0",
    "1000, 1000",
    "+5, 5",
    "007, 7",
    "+007, 7",
    "000000000000000000000000000000000000001, 1",
    "2147483647, 2147483647",
    "0002147483647, 2147483647",
  })
  void digitsAreANumber(String text, int id) throws Exception {
    NameOrId parsed = NameOrId.parse(text);
    assertTrue(parsed.isId());
    assertEquals(id, parsed.id());
    assertEquals(text, parsed.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-3",
        "-2147483648",
        "-4294967296",
        "2147483648",
        "+2147483648",
        "2147484647",
        "4294967295",
        "4294967296",
        "4294968296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-18446744073709551616",
        "100000000000000000000000000000000000000000000000000"
      })
  void aNumberOutsideTheRangeIsAnError(String text) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> NameOrId.parse(text));
    assertEquals("id " + text + " is out of range; accepted: 0 to 2147483647", e.getMessage());
    assertThrows(ConfigurationException.class, () -> UserSpec.parse(text));
    assertThrows(ConfigurationException.class, () -> UserSpec.parse("1:" + text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root",
        "0day",
        " 5",
        "5 ",
        "0x10",
        "+",
        "-",
        "++5",
        "+-5",
        "--5",
        "1.0",
        "1e3",
        "1_000",
        "5\n",
        "\t0",
        "1000-",
        "\u00b2",
        "\u00b9\u00b2",
        "m\u00fcller",
        "\u00ff"
      })
  void everythingElseIsAName(String text) throws Exception {
    NameOrId parsed = NameOrId.parse(text);
    assertFalse(parsed.isId());
    assertEquals(text, parsed.text());
    assertThrows(IllegalStateException.class, parsed::id);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "games, games, -",
        "games:, games, -",
        "1000, 1000, -",
        "1000:, 1000, -",
        "1000:1000, 1000, 1000",
        "1000:root, 1000, root",
        "root:0, root, 0",
        "' a: b', ' a', ' b'",
        "a:+5, a, +5",
      })
  void aSpecIsUserAndGroup(String text, String user, String group) throws Exception {
    UserSpec spec = UserSpec.parse(text);
    assertEquals(user, spec.user().text());
    if (group == null) {
      assertNull(spec.group());
    } else {
      assertEquals(group, spec.group().text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", ":0", ":root", "a:b:c", "a:b:", "a::", "::", "a::c", "0:0:0"})
  void anEmptyUserAndAThirdFieldAreErrors(String text) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> UserSpec.parse(text));
    assertEquals(
        "user-spec '"
            + text
            + "' is malformed; accepted: user or user:group, each a name or number",
        e.getMessage());
  }

  @Test
  void decimalTakesNoSign() {
    assertEquals(12, Decimal.parse("x12", 1));
    assertEquals(-1, Decimal.parse("+12", 0));
    assertEquals(-1, Decimal.parse("", 0));
    assertEquals(-1, Decimal.parse("1", 1));
    assertEquals(-1, Decimal.parse("2147483648", 0));
  }
}
