package dev.nonroot.config;

/**
 * A key's value with where it comes from.
 *
 * @param text the value, one char per byte
 * @param origin its source, in words that end "in …"
 */
record Setting(String text, String origin) {
  /**
   * Looks for what no value has, but the way to it often leaves there: {@code echo} a line break,
   * an env file or a template its quotes.
   *
   * @return what is wrong with the writing, or null
   */
  String spoiltBy() {
    if (text.isEmpty()) {
      return null;
    }
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    if (isLineBreak(first) || isLineBreak(last)) {
      return "a line break";
    }
    if (isBlank(first) || isBlank(last)) {
      return "a blank";
    }
    boolean quoted = first == last && (first == '"' || first == '\'') && text.length() > 1;
    return quoted ? "quotes" : null;
  }

  private static boolean isLineBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
