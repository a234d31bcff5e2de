package dev.nonroot.text;

/**
 * The form that every message has: one line that says what was seen, the rule, and what to do about
 * it. The texts stand with what says them, in the {@code Messages} of its package.
 */
public final class Message {
  /** How every line starts. */
  public static final String PREFIX = "nonroot: ";

  private Message() {}

  /**
   * Makes one line of stderr, without its newline: what a terminal or a log would take for a line's
   * end or a command is written as {@code \xNN}.
   *
   * @param level {@code error}, {@code warning}, {@code refused} or {@code fix}
   * @param text what to say, one char per byte
   * @return the line
   */
  public static String line(String level, String text) {
    return PREFIX + level + ": " + escape(text);
  }

  /**
   * Writes an argument of a command so that it is one word.
   *
   * @param text the argument, one char per byte
   * @return it, in single quotes where a shell would need them
   */
  public static String word(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c > ' ' && "\"#$&'()*;<>?[\\]`{|}~".indexOf(c) < 0;
    }
    return plain ? escape(text) : "'" + escape(text).replace("'", "'\\''") + "'";
  }

  /**
   * @param text any text, one char per byte
   * @return it, with what a terminal or a log would take for a line's end or a command as {@code
   *     \xNN}
   */
  public static String escape(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff) { // not taken from bytes: somebody's exception text
        line.append('?');
      } else if (c < ' ' || c == 0x7f) {
        hex(line, c);
      } else if (c == 0xc2 && i + 1 < text.length() && (text.charAt(i + 1) & 0xffe0) == 0x80) {
        hex(line, c); // the controls U+0080 to U+009F in UTF-8: one starts a terminal's commands
        hex(line, text.charAt(++i));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static void hex(StringBuilder line, char c) {
    line.append("\\x").append(hexDigit(c >> 4)).append(hexDigit(c & 0xf));
  }

  /** The lower-case hexadecimal digit of 0..15. */
  public static char hexDigit(int value) {
    return "0123456789abcdef".charAt(value);
  }

  public static String cannotRead(String path, String reason) {
    return "cannot read " + path + ": " + reason;
  }

  /** The end of every message about the command line. */
  public static String seeHelp(String message, String program) {
    return message + "; see " + program + " --help";
  }

  public static String internalError(String error) {
    return "internal error: " + error;
  }
}
