package dev.nonroot.launcher;

import dev.nonroot.text.Bytes;
import java.io.PrintStream;

/** Prints lines of one char per byte as those bytes, whatever the locale is. */
final class ByteOutput {
  private final PrintStream stream;

  ByteOutput(PrintStream stream) {
    this.stream = stream;
  }

  void println(String line) {
    byte[] bytes = Bytes.of(line + "\n");
    stream.write(bytes, 0, bytes.length);
    stream.flush();
  }

  /** The stream itself, for text of picocli's. */
  PrintStream stream() {
    return stream;
  }
}
