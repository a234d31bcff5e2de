package dev.nonroot.text;

/**
 * Text as the kernel knows it: bytes. Names, paths, arguments and files need not be valid in any
 * encoding, so in this project their strings hold one char, 0 to 255, for each byte.
 */
public final class Bytes {
  private Bytes() {}

  /**
   * @param bytes an array
   * @param start its first byte to take
   * @param end the first not to take
   * @return a string of one char per byte
   */
  public static String toString(byte[] bytes, int start, int end) {
    char[] chars = new char[end - start];
    for (int i = start; i < end; i++) {
      chars[i - start] = (char) (bytes[i] & 0xff);
    }
    return new String(chars);
  }

  /**
   * @param bytes an array
   * @return a string of one char per byte
   */
  public static String toString(byte[] bytes) {
    return toString(bytes, 0, bytes.length);
  }

  /**
   * @param text a string of one char per byte
   * @return the bytes
   * @throws IllegalArgumentException if a char is no byte: the text was never taken from bytes
   */
  public static byte[] of(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = text.charAt(i);
      if (c > 0xff) {
        throw new IllegalArgumentException("not a string of bytes");
      }
      bytes[i] = (byte) c;
    }
    return bytes;
  }
}
