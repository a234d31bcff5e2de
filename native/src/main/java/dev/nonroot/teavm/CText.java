package dev.nonroot.teavm;

import dev.nonroot.text.Bytes;
import org.teavm.interop.Address;

/** Strings of one char per byte as C has them: with a NUL behind each. */
final class CText {
  private static final int CHUNK = 512;

  private CText() {}

  static byte[] of(String... texts) {
    int length = 0;
    for (String text : texts) {
      length += text.length() + 1;
    }
    byte[] bytes = new byte[length];
    char[] chunk = new char[Math.min(length, CHUNK)];
    int at = 0;
    for (String text : texts) {
      int size = text.length();
      for (int start = 0; start < size; start += chunk.length) {
        int count = Math.min(chunk.length, size - start);
        text.getChars(start, start + count, chunk, 0); // charAt is a call for each
        for (int i = 0; i < count; i++) {
          bytes[at + i] = (byte) chunk[i];
        }
        at += count;
      }
      at++;
    }
    return bytes;
  }

  /** The environment of the process, with a NUL behind each variable. */
  static byte[] environ() {
    byte[] block = new byte[C.environ(Address.fromInt(0), 0)];
    C.environ(Address.ofData(block), block.length);
    return block;
  }

  /** The arguments of the process, with a NUL behind each. */
  static byte[] args() {
    byte[] block = new byte[C.args(Address.fromInt(0), 0)];
    C.args(Address.ofData(block), block.length);
    return block;
  }

  /** The version that this code was compiled as. */
  static String version() {
    byte[] text = new byte[C.version(Address.fromInt(0), 0)];
    C.version(Address.ofData(text), text.length);
    return Bytes.toString(text);
  }
}
