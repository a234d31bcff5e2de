package dev.nonroot.text;

/** Reads decimal numbers without a sign: what is out of range or no number is -1. */
public final class Decimal {
  private static final long MAX_UNSIGNED_INT = 0xffff_ffffL;

  private Decimal() {}

  /**
   * @param text any text
   * @param from where the digits start
   * @return the number that the digits from there to the end make, or -1 if there are none, if
   *     something else is among them, or if it is above {@link Integer#MAX_VALUE}
   */
  public static int parse(String text, int from) {
    if (!isDecimal(text, from)) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < text.length(); i++) {
      number = number * 10 + (text.charAt(i) - '0');
      if (number > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return (int) number;
  }

  /**
   * @param text any text
   * @param from where the digits start
   * @return whether there are digits from there to the end, and nothing else
   */
  public static boolean isDecimal(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return from < text.length();
  }

  /**
   * @param text any text
   * @return the number of at most 32 bits that it is, or -1
   */
  public static long unsigned(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      number = number * 10 + (c - '0');
      if (c < '0' || c > '9' || number > MAX_UNSIGNED_INT) {
        return -1;
      }
    }
    return text.isEmpty() ? -1 : number;
  }
}
