package dev.nonroot.account;

import dev.nonroot.text.Bytes;
import dev.nonroot.text.LineReader;

/**
 * A line of passwd(5) or group(5), split in place. Blanks around the line, a carriage return for
 * one, do not count; an empty line, a comment, one whose name is empty, or one with a NUL in it has
 * no fields.
 */
final class AccountLine {
  static final int NAME = 0;

  /** The uid in passwd(5), the gid in group(5). */
  static final int ID = 2;

  static final int PASSWD_GID = 3;
  static final int PASSWD_HOME = 5;
  static final int GROUP_MEMBERS = 3;

  private static final int FIELDS = 7;

  private final int[] starts = new int[FIELDS];
  private final int[] ends = new int[FIELDS];
  private byte[] buffer;
  private int count;

  /** Takes up the reader's line, and returns whether it has at least so many fields. */
  boolean split(LineReader line, int atLeast) {
    buffer = line.buffer();
    int from = line.start();
    int to = line.end();
    while (from < to && isBlank(buffer[from])) {
      from++;
    }
    while (from < to && isBlank(buffer[to - 1])) {
      to--;
    }
    count = 0;
    if (from == to || buffer[from] == '#' || buffer[from] == ':') {
      return false;
    }
    int start = from;
    for (int i = from; i <= to && count < FIELDS; i++) {
      if (i < to && buffer[i] == 0) { // which would end a string of C
        count = 0;
        return false;
      }
      if (i == to || buffer[i] == ':') {
        starts[count] = start;
        ends[count] = i;
        count++;
        start = i + 1;
      }
    }
    return count >= atLeast;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == 0x0b || b == '\f';
  }

  boolean is(int field, byte[] text) {
    return equal(starts[field], ends[field], text);
  }

  /** The field as an id, or -1 if it is not one. */
  int id(int field) {
    long id = 0;
    for (int i = starts[field]; i < ends[field]; i++) {
      id = id * 10 + (buffer[i] - '0');
      if (buffer[i] < '0' || buffer[i] > '9' || id > NameOrId.MAX_ID) {
        return -1;
      }
    }
    return starts[field] < ends[field] ? (int) id : -1;
  }

  /** The field, or an empty string if the line is too short to have it. */
  String text(int field) {
    return field < count ? Bytes.toString(buffer, starts[field], ends[field]) : "";
  }

  /** Whether the comma-separated field has the text as one of its parts. */
  boolean lists(int field, byte[] text) {
    int start = starts[field];
    for (int i = start; i <= ends[field]; i++) {
      if (i == ends[field] || buffer[i] == ',') {
        if (equal(start, i, text)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private boolean equal(int start, int end, byte[] text) {
    if (end - start != text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (buffer[start + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
