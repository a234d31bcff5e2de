package dev.nonroot.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a file line by line in constant memory. A line of more than {@link #MAX_LINE} bytes is
 * passed over as if it were empty.
 *
 * <p>Where only lines with a certain text in them can be of use, it looks for that text in the
 * bytes as they were read, by Horspool's algorithm, which looks at a few of them only, and passes
 * over most other lines.
 */
public final class LineReader {
  /** The longest line in bytes, without its newline. */
  public static final int MAX_LINE = 1 << 20;

  private static final int INITIAL_BUFFER = 1 << 11;

  /** What the buffer grows to in a large file. */
  private static final int LARGE_BUFFER = 1 << 16;

  private static final byte[] ANY = {};

  private final InputStream in;
  private final byte[] wanted;

  /** How far on the wanted text can end at the earliest, by the byte that is where it might end. */
  private byte[] steps;

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
    this(in, ANY);
  }

  /**
   * @param in what to read; the caller closes it
   * @param wanted a text: lines without it may be passed over, and need not be
   */
  public LineReader(InputStream in, byte[] wanted) {
    this.in = in;
    this.wanted = wanted;
  }

  /**
   * Goes to the next line.
   *
   * @return false if there is none
   * @throws IOException if reading fails
   */
  public boolean next() throws IOException {
    if (wanted.length > 0) {
      passOver();
    }
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

  /** Goes to the start of a line that has the wanted text, or that is not in the buffer yet. */
  private void passOver() throws IOException {
    while (true) {
      int found = indexOfWanted();
      int line = found < 0 ? limit : found;
      while (line > next && buffer[line - 1] != '\n') {
        line--;
      }
      boolean same = line == next;
      next = line;
      if (found >= 0 || atEnd || (same && next < limit)) {
        return;
      }
      fill();
    }
  }

  private int indexOfWanted() {
    byte[] bytes = buffer;
    int last = wanted.length - 1;
    int end = limit;
    int i = next + last;
    if (i >= end) {
      return -1;
    }
    if (steps == null) {
      prepareSteps();
    }
    byte[] far = steps;
    int most = Math.min(last + 1, Byte.MAX_VALUE);
    while (i < end) {
      int step = far[bytes[i] & 0xff];
      if (step == most) { // what a processor guesses, and reads on before it knows
        i += most;
        continue;
      }
      if (step == 0) {
        int rest = last - 1;
        int at = i - 1;
        while (rest >= 0 && bytes[at] == wanted[rest]) {
          rest--;
          at--;
        }
        if (rest < 0) {
          return i - last;
        }
        step = 1;
      }
      i += step;
    }
    return -1;
  }

  private void prepareSteps() {
    steps = new byte[256];
    int length = wanted.length;
    Arrays.fill(steps, (byte) Math.min(length, Byte.MAX_VALUE));
    for (int i = 0; i < length; i++) {
      steps[wanted[i] & 0xff] = (byte) Math.min(length - 1 - i, Byte.MAX_VALUE);
    }
  }

  /** Returns where the bytes that were not seen yet start; what is before {@code next} is lost. */
  private int fill() throws IOException {
    boolean full = limit == buffer.length;
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      limit -= next;
      next = 0;
    }
    if (limit == buffer.length || (full && buffer.length < LARGE_BUFFER)) {
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
  public byte[] buffer() {
    return buffer;
  }

  /**
   * @return where in {@link #buffer} the line starts
   */
  public int start() {
    return start;
  }

  /**
   * @return where in {@link #buffer} the line ends, without its newline
   */
  public int end() {
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
