package dev.nonroot.report;

import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Ids;

/** Writes the little JSON that a report needs, as ASCII. */
final class Json {
  private static final int REPLACEMENT = 0xfffd;

  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  void beginObject() {
    begin('{');
  }

  void endObject() {
    end('}');
  }

  void beginArray() {
    begin('[');
  }

  void endArray() {
    end(']');
  }

  private void begin(char bracket) {
    separate();
    out.append(bracket);
    first = true;
  }

  private void end(char bracket) {
    out.append(bracket);
    first = false;
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  Json key(String key) {
    separate();
    quote(key);
    out.append(':');
    first = true;
    return this;
  }

  void number(long number) {
    separate();
    out.append(number);
  }

  private void bool(boolean value) {
    separate();
    out.append(value);
  }

  /** Writes bytes that should be UTF-8; what is not becomes U+FFFD, so that the line stays JSON. */
  void string(String bytes) {
    separate();
    quote(bytes);
  }

  void credentials(Credentials credentials) {
    if (credentials == null) {
      separate();
      out.append("null");
      return;
    }
    beginObject();
    key("uid").ids(credentials.uid());
    key("gid").ids(credentials.gid());
    key("groups").beginArray();
    for (long gid : credentials.groups().toArray()) {
      number(gid);
    }
    endArray();
    CapabilitySets sets = credentials.capabilities();
    key("capEff").hex(sets.effective());
    key("capPrm").hex(sets.permitted());
    key("capBnd").hex(sets.bounding());
    key("capAmb").hex(sets.ambient());
    key("capInh").hex(sets.inheritable());
    key("noNewPrivs").bool(credentials.noNewPrivs());
    key("seccomp").number(credentials.seccomp());
    endObject();
  }

  private void ids(Ids ids) {
    beginArray();
    number(ids.real());
    number(ids.effective());
    number(ids.saved());
    number(ids.filesystem());
    endArray();
  }

  /** Sixteen digits, as /proc/self/status writes a set. */
  private void hex(long set) {
    StringBuilder digits = new StringBuilder(Long.toHexString(set));
    while (digits.length() < 16) {
      digits.insert(0, '0');
    }
    string(digits.toString());
  }

  private void quote(String bytes) {
    out.append('"');
    int i = 0;
    while (i < bytes.length()) {
      int length = sequenceLength(bytes, i);
      if (length == 1) {
        ascii(bytes.charAt(i));
      } else if (length == 0) {
        unicode(REPLACEMENT);
      } else {
        codePoint(decode(bytes, i, length));
      }
      i += Math.max(length, 1);
    }
    out.append('"');
  }

  private void ascii(char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c < ' ' || c == 0x7f) {
      unicode(c);
    } else {
      out.append(c);
    }
  }

  private void codePoint(int codePoint) {
    if (codePoint < 0x10000) {
      unicode(codePoint);
    } else {
      unicode(0xd800 + ((codePoint - 0x10000) >> 10));
      unicode(0xdc00 + ((codePoint - 0x10000) & 0x3ff));
    }
  }

  private void unicode(int unit) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append("0123456789abcdef".charAt(unit >> shift & 0xf));
    }
  }

  /** How many bytes the well-formed UTF-8 sequence at i has, or 0 if there is none. */
  private static int sequenceLength(String bytes, int i) {
    int lead = bytes.charAt(i);
    int length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead > 0xf4 || i + length > bytes.length()) {
      return 0;
    }
    for (int j = i + 1; j < i + length; j++) {
      if ((bytes.charAt(j) & 0xc0) != 0x80) {
        return 0;
      }
    }
    if (length > 2) {
      int codePoint = decode(bytes, i, length);
      boolean tooLong = codePoint < (length == 3 ? 0x800 : 0x10000);
      boolean surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
      return tooLong || surrogate || codePoint > 0x10ffff ? 0 : length;
    }
    return length;
  }

  private static int decode(String bytes, int i, int length) {
    int codePoint = bytes.charAt(i) & (0xff >> (length + 1));
    for (int j = i + 1; j < i + length; j++) {
      codePoint = codePoint << 6 | (bytes.charAt(j) & 0x3f);
    }
    return codePoint;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
