package dev.nonroot.jvm;

import dev.nonroot.text.Bytes;
import java.nio.charset.StandardCharsets;

/** Text between the JVM, which has decoded it, and core, where a string holds a char per byte. */
public final class JvmText {
  private JvmText() {}

  /**
   * @param text a Java string
   * @return its UTF-8 bytes, one char each
   */
  public static String toBytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return Bytes.toString(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return text;
  }

  /**
   * @param bytes a string of one char per byte
   * @return what the bytes say in UTF-8
   */
  public static String ofBytes(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) >= 0x80) {
        return new String(Bytes.of(bytes), StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }
}
