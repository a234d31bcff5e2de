package dev.nonroot.fake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses one line of JSON as RFC 8259 has it, and stricter where nonroot is: ASCII only, no blanks
 * between tokens, integers only, no key twice, no surrogate alone. What is not so throws.
 */
public final class StrictJson {
  private final String text;
  private int next;

  private StrictJson(String text) {
    this.text = text;
  }

  /**
   * @param text one line without its newline
   * @return Map, List, String, Long, Boolean or null
   * @throws IllegalArgumentException if it is not JSON
   */
  public static Object parse(String text) {
    StrictJson json = new StrictJson(text);
    Object value = json.value();
    json.require(json.next == text.length(), "nothing after the value");
    return value;
  }

  /**
   * @param text one line without its newline
   * @return the object that it is
   */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> parseObject(String text) {
    return (Map<String, Object>) parse(text);
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("expected " + what + " at " + next + " of " + text);
    }
  }

  private char peek() {
    require(next < text.length(), "more");
    return text.charAt(next);
  }

  private char take() {
    char c = peek();
    next++;
    return c;
  }

  private boolean takeIf(String token) {
    boolean is = text.startsWith(token, next);
    next += is ? token.length() : 0;
    return is;
  }

  private Object value() {
    if (takeIf("true")) {
      return true;
    } else if (takeIf("false")) {
      return false;
    } else if (takeIf("null")) {
      return null;
    } else if (takeIf("{")) {
      return object();
    } else if (takeIf("[")) {
      return array();
    }
    return peek() == '"' ? string() : (Object) number();
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    if (takeIf("}")) {
      return object;
    }
    do {
      String key = string();
      require(takeIf(":"), "a colon");
      require(!object.containsKey(key), "a new key");
      object.put(key, value());
    } while (takeIf(","));
    require(takeIf("}"), "a closing brace");
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    if (takeIf("]")) {
      return array;
    }
    do {
      array.add(value());
    } while (takeIf(","));
    require(takeIf("]"), "a closing bracket");
    return array;
  }

  private long number() {
    int start = next;
    takeIf("-");
    int digits = next;
    while (next < text.length() && text.charAt(next) >= '0' && text.charAt(next) <= '9') {
      next++;
    }
    require(next == digits + 1 || (next > digits && text.charAt(digits) != '0'), "a number");
    return Long.parseLong(text.substring(start, next));
  }

  private String string() {
    require(takeIf("\""), "a quote");
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = take();
      require(c >= ' ' && c < 0x7f, "ASCII without control characters");
      string.append(c == '\\' ? escaped() : c);
    }
    next++;
    String result = string.toString();
    require(result.codePoints().noneMatch(c -> c >= 0xd800 && c < 0xe000), "pairs of surrogates");
    return result;
  }

  private char escaped() {
    char c = take();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> throw new IllegalArgumentException("bad escape at " + next + " of " + text);
    };
  }

  private char unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(take(), 16);
      require(digit >= 0, "a hexadecimal digit");
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }
}
