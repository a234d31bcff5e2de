package dev.nonroot.config;

import dev.nonroot.text.Decimal;
import dev.nonroot.text.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * When a step-down happens: at the start, when ports are bound, or when a method has returned.
 *
 * @param ports the ports that all have to be bound; empty if it is not ports that are waited for
 * @param className the binary name of the method's class, one char per byte; null if it is not a
 *     method that is waited for
 * @param method the method's name, {@code <init>} for constructors; or null
 */
public record DropAfter(List<Integer> ports, String className, String method) {
  /** What is accepted. */
  static final String ACCEPTED =
      "start, bind:PORT+PORT with ports 1 to 65535, each once, or return:CLASS#METHOD, e.g."
          + " return:com.example.Main#init";

  private static final String START_TEXT = "start";
  private static final String BIND = "bind:";
  private static final String RETURN = "return:";
  private static final String CONSTRUCTOR = "<init>";
  private static final int MAX_PORT = 65535;

  /** Before the application runs. */
  public static final DropAfter START = new DropAfter(List.of(), null, null);

  /**
   * @param text as it is configured, one char per byte
   * @return what it says, or null if it is not valid
   */
  static DropAfter parse(String text) {
    if (text.equals(START_TEXT)) {
      return START;
    }
    if (text.startsWith(BIND)) {
      return ports(text.substring(BIND.length()));
    }
    if (text.startsWith(RETURN)) {
      return method(text.substring(RETURN.length()));
    }
    return null;
  }

  private static DropAfter ports(String text) {
    List<Integer> ports = new ArrayList<>();
    for (String part : Words.split(text, '+')) {
      int port = Decimal.parse(part, 0);
      if (port < 1 || port > MAX_PORT || ports.contains(port)) {
        return null;
      }
      ports.add(port);
    }
    return new DropAfter(ports, null, null);
  }

  private static DropAfter method(String text) {
    int hash = text.indexOf('#');
    if (hash < 0) {
      return null;
    }
    String className = text.substring(0, hash);
    String method = text.substring(hash + 1);
    for (String part : Words.split(className, '.')) {
      if (!isIdentifier(part)) {
        return null;
      }
    }
    return method.equals(CONSTRUCTOR) || isIdentifier(method)
        ? new DropAfter(List.of(), className, method)
        : null;
  }

  /** What is not ASCII may be a letter of any alphabet. */
  private static boolean isIdentifier(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80;
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * @return whether it is before the application runs
   */
  public boolean isStart() {
    return ports.isEmpty() && className == null;
  }

  /** As it is configured. */
  @Override
  public String toString() {
    if (className != null) {
      return RETURN + className + '#' + method;
    }
    if (ports.isEmpty()) {
      return START_TEXT;
    }
    StringBuilder text = new StringBuilder(BIND);
    for (int i = 0; i < ports.size(); i++) {
      text.append(i == 0 ? "" : "+").append(ports.get(i).intValue());
    }
    return text.toString();
  }
}
