package dev.nonroot.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits and compares text by hand: regular expressions cost a native binary hundreds of kilobytes.
 */
public final class Words {
  private Words() {}

  /**
   * @param text any text
   * @param separator the char between the parts
   * @return the parts, empty ones too; one more than there are separators
   */
  public static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = text.indexOf(separator); i >= 0; i = text.indexOf(separator, start)) {
      parts.add(text.substring(start, i));
      start = i + 1;
    }
    parts.add(text.substring(start));
    return parts;
  }

  /**
   * @param text any text
   * @return what stands between blanks and newlines
   */
  public static String[] split(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) <= ' ') {
        if (i > start) {
          words.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return words.toArray(new String[0]);
  }

  /**
   * @param from any text
   * @param to any text
   * @return how many chars have to be put in, taken out or replaced to make one from the other
   *     (Levenshtein's distance)
   */
  public static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
