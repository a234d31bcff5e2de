package dev.nonroot.account;

import dev.nonroot.ConfigurationException;
import dev.nonroot.text.Decimal;

/**
 * One part of a user-spec: a name, or a decimal number. Whatever consists of digits, with or
 * without a sign before them, is a number and never a name; everything else is a name, also {@code
 * 0x10}.
 */
public final class NameOrId {
  /**
   * The largest uid and gid. Above it lie -1, which tells setresuid(2) to change nothing, and the
   * numbers that wrap to 0 in 32 bits.
   */
  public static final int MAX_ID = Integer.MAX_VALUE;

  /** The uid and gid of root. */
  static final NameOrId ROOT = new NameOrId("0", 0);

  private final String text;
  private final int id;

  private NameOrId(String text, int id) {
    this.text = text;
    this.id = id;
  }

  /**
   * @param text a name or number, one char per byte, not empty
   * @return what it says
   * @throws ConfigurationException if it is a number outside 0..{@link #MAX_ID}
   */
  public static NameOrId parse(String text) throws ConfigurationException {
    char sign = text.charAt(0);
    int digits = sign == '+' || sign == '-' ? 1 : 0;
    if (!Decimal.isDecimal(text, digits)) {
      return new NameOrId(text, -1);
    }
    int id = Decimal.parse(text, digits);
    if (id < 0 || (sign == '-' && id != 0)) {
      throw new ConfigurationException(Messages.idOutOfRange(text));
    }
    return new NameOrId(text, id);
  }

  /**
   * @return whether this is a number
   */
  public boolean isId() {
    return id >= 0;
  }

  /**
   * @return the number
   * @throws IllegalStateException if this is a name
   */
  public int id() {
    if (id < 0) {
      throw new IllegalStateException(text);
    }
    return id;
  }

  /**
   * @return what was written
   */
  public String text() {
    return text;
  }
}
