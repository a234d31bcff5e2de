package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;

/** What {@code cat /proc/self/status} printed. */
final class Status {
  /** What to run to have it printed. */
  static final String[] PRINT = {"cat", "/proc/self/status"};

  private final Map<String, String> fields = new HashMap<>();

  Status(String text) {
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(":\t");
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 2).trim().replace('\t', ' '));
      }
    }
  }

  /** A field, with single blanks between its parts. */
  String get(String field) {
    return fields.get(field);
  }

  void assertIs(String field, String expected) {
    assertEquals(expected, get(field), field);
  }

  /** All four uids, all four gids, and the groups. */
  void assertIds(int uid, int gid, String groups) {
    assertIs("Uid", four(uid));
    assertIs("Gid", four(gid));
    assertIs("Groups", groups);
  }

  private static String four(int id) {
    return (id + " ").repeat(4).trim();
  }

  void assertNoCapabilities() {
    for (String set : new String[] {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
      assertIs(set, "0000000000000000");
    }
  }
}
