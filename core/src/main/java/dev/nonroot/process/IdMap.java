package dev.nonroot.process;

import dev.nonroot.identity.Ids;
import dev.nonroot.text.Decimal;
import dev.nonroot.text.Words;

/**
 * A user namespace's {@code uid_map} or {@code gid_map}; see user_namespaces(7). Each line maps a
 * range of ids inside to one outside.
 */
public final class IdMap {
  private final long[][] ranges;

  private IdMap(long[][] ranges) {
    this.ranges = ranges;
  }

  /** Returns null if the text is not such a map. */
  static IdMap parse(String text) {
    String[] words = Words.split(text);
    if (words.length == 0 || words.length % 3 != 0) {
      return null;
    }
    long[][] ranges = new long[words.length / 3][3];
    for (int i = 0; i < words.length; i++) {
      long number = Decimal.unsigned(words[i]);
      if (number < 0) {
        return null;
      }
      ranges[i / 3][i % 3] = number;
    }
    return new IdMap(ranges);
  }

  /** The first of four ids that the map lacks, or -1 if it lacks none. */
  long unmapped(Ids ids) {
    for (long id : new long[] {ids.real(), ids.effective(), ids.saved(), ids.filesystem()}) {
      if (outside(id) < 0) {
        return id;
      }
    }
    return -1;
  }

  /** The id outside, or -1 if the id has none. */
  public long outside(long inside) {
    for (long[] range : ranges) {
      if (inside >= range[0] && inside - range[0] < range[2]) {
        return range[1] + (inside - range[0]);
      }
    }
    return -1;
  }
}
