package dev.nonroot;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a file line by line in constant memory. A line of more than {@link #MAX_LINE} bytes is
 * passed over as if it were empty.
 */
public final class LineReader {
  /** The longest line in bytes, without its newline. */
  public static final int MAX_LINE = 1 << 20;

  private static final int INITIAL_BUFFER = 1 << 13;

  private final InputStream in;
  private byte[] buffer = new byte[INITIAL_BUFFER];
  private int next;
  private int limit;
  private boolean atEnd;
  private int start;
  private int end;
  private boolean tooLong;

  /**
   * @param in what to read; the caller closes it
   */
  public LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next line.
   *
   * @return false if there is none
   * @throws IOException if reading fails
   */
  public boolean next() throws IOException {
    int scanned = next;
    tooLong = false;
    while (true) {
      int newline = indexOfNewline(scanned);
      if (newline >= 0 || (atEnd && (next < limit || tooLong))) {
        start = next;
        end = newline >= 0 ? newline : limit;
        next = newline >= 0 ? newline + 1 : limit;
        tooLong |= end - start > MAX_LINE;
        if (tooLong) {
          start = end;
        }
        return true;
      }
      if (atEnd) {
        return false;
      }
      if (limit - next > MAX_LINE) {
        tooLong = true;
        next = limit;
      }
      scanned = fill();
    }
  }

  /** Returns where the bytes that were not seen yet start; what is before {@code next} is lost. */
  private int fill() throws IOException {
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      limit -= next;
      next = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int seen = limit;
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      atEnd = true;
    } else {
      limit += count;
    }
    return seen;
  }

  private int indexOfNewline(int from) {
    byte[] bytes = buffer;
    for (int i = from; i < limit; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /**
   * @return the array that holds the line, valid until the next call of {@link #next}
   */
  byte[] buffer() {
    return buffer;
  }

  /**
   * @return where in {@link #buffer} the line starts
   */
  int start() {
    return start;
  }

  /**
   * @return where in {@link #buffer} the line ends, without its newline
   */
  int end() {
    return end;
  }

  /**
   * @return whether the line is longer than {@link #MAX_LINE}, and so passed over
   */
  public boolean isTooLong() {
    return tooLong;
  }

  /**
   * @return the line, one char per byte, without its newline
   */
  public String line() {
    return Bytes.toString(buffer, start, end);
  }
}
