package dev.nonroot.ownership;

/** What is said of a file that is not given. */
final class Messages {
  /** A reason of {@link #mayHaveLinks}. */
  static final String ODD_PATH = "its path is too long or ends with (deleted)";

  /** A reason of {@link #mayHaveLinks}. */
  static final String RESTLESS = "it changes all the time";

  private Messages() {}

  static String cannotGive(String path, int uid, String reason) {
    return "cannot give " + path + " to uid " + uid + ": " + reason;
  }

  /** The same, where a capability would help. */
  static String cannotGiveWithout(String capability, String path, int uid, String reason) {
    return cannotGive(path, uid, reason)
        + "; it may lack CAP_"
        + capability
        + " (docker run --cap-add "
        + capability
        + ", securityContext.capabilities.add)";
  }

  static String isLink(String path, int uid, String link) {
    return cannotGive(
        path,
        uid,
        link + " is a symbolic link, and --own follows none; name the path that it leads to");
  }

  /** The warning. */
  static String hasLinks(String path, long links, int uid) {
    String reason = "it has " + links + " links, and some may be outside of what --own names";
    return leftAsItIs(path, reason, uid);
  }

  /** The warning. */
  static String mayHaveLinks(String path, String reason, int uid) {
    String start = "whether it has links outside of what --own names cannot be told, as ";
    return leftAsItIs(path, start + reason, uid);
  }

  private static String leftAsItIs(String path, String reason, int uid) {
    return path + " is left as it is: " + reason + "; chown it to uid " + uid + " if it is meant";
  }
}
