package dev.nonroot.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.StrictJson;
import dev.nonroot.text.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static String quoted(String bytes) {
    Json json = new Json();
    json.string(bytes);
    return json.toString();
  }

  private static String bytes(String text) {
    return Bytes.toString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void escapesWhatJsonAndTerminalsMind() {
    assertEquals("\"\"", quoted(""));
    assertEquals("\"a b/c\"", quoted("a b/c"));
    assertEquals("\"\\\"\\\\\"", quoted("\"\\"));
    assertEquals("\"\\u0000\\u0009\\u000a\\u000d\\u001b\\u007f\"", quoted("\0\t\n\r\u001b\u007f"));
    assertEquals("\"\\u00fc\\u20ac\\ud83d\\ude00\"", quoted(bytes("\u00fc\u20ac\ud83d\ude00")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080",
        "\u07ff",
        "\u0800",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "\ud800\udc00",
        "\udbff\udfff",
        "gr\u00fc\u00df \u2713 \ud83d\ude80!"
      })
  void keepsValidUtf8(String text) {
    assertEquals(text, StrictJson.parse(quoted(bytes(text))));
  }

  /** As bytes in hexadecimal; each is not UTF-8, and the # after it has to survive. */
  @ParameterizedTest
  @CsvSource({
    "80, 1", // a continuation alone
    "bf, 1",
    "c0, 1",
    "c080, 2", // overlong NUL
    "c1bf, 2",
    "c3, 1", // broken off
    "c328, 1",
    "e2, 1",
    "e282, 2",
    "e08080, 3", // overlong
    "e09fbf, 3",
    "eda080, 3", // a surrogate
    "edbfbf, 3",
    "f0, 1",
    "f09f98, 3",
    "f0808080, 4", // overlong
    "f08fbfbf, 4",
    "f4908080, 4", // above U+10FFFF
    "f5808080, 4",
    "ff, 1",
    "fe, 1",
  })
  void replacesWhatIsNotUtf8(String hex, int atLeastOne) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 2) {
      bytes.append((char) Integer.parseInt(hex.substring(i, i + 2), 16));
    }
    Object alone = StrictJson.parse(quoted(bytes.toString()));
    Object followed = StrictJson.parse(quoted("a" + bytes + "#"));
    assertEquals("a" + alone + "#", followed);
    String rest = ((String) alone).replace("(", "");
    assertEquals("\ufffd".repeat(rest.length()), rest);
    assertEquals(atLeastOne, rest.length());
  }

  @Test
  void anyBytesMakeValidJson() {
    Random random = new Random(1);
    for (int run = 0; run < 3000; run++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String parsed = (String) StrictJson.parse(quoted(Bytes.toString(bytes)));
      String decoded = decode(bytes);
      if (decoded != null) {
        assertEquals(decoded, parsed);
      } else {
        assertEquals(true, parsed.indexOf('\ufffd') >= 0);
      }
    }
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Test
  void putsCommasWhereTheyBelong() {
    Json json = new Json();
    json.beginObject();
    json.key("a").beginArray();
    json.endArray();
    json.key("b").beginArray();
    json.number(1);
    json.number(-2);
    json.beginObject();
    json.endObject();
    json.beginArray();
    json.string("x");
    json.endArray();
    json.endArray();
    json.key("c").number(Long.MAX_VALUE);
    json.key("d").credentials(null);
    json.endObject();
    assertEquals(
        "{\"a\":[],\"b\":[1,-2,{},[\"x\"]],\"c\":9223372036854775807,\"d\":null}", json.toString());
    Map<String, Object> parsed = StrictJson.parseObject(json.toString());
    assertEquals(List.of(1L, -2L, Map.of(), List.of("x")), parsed.get("b"));
  }
}
