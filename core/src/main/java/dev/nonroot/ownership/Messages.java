package dev.nonroot.ownership;

/** What is said of files that are not given. */
final class Messages {
  /** Why a chown fails, after the error's text. */
  static final String FIXED = "; it is immutable or append-only (chattr -i -a ends that)";

  /** The same. */
  static final String REFUSES_CHOWN =
      "; CAP_CHOWN is there, so its file system refuses it (NFS with root_squash: chown it on the"
          + " server), or the user namespace does not map its owner";

  /** Why it cannot be opened, after the error's text. */
  static final String REFUSES_ACCESS =
      "; CAP_DAC_READ_SEARCH or CAP_DAC_OVERRIDE is there, so its file system refuses it (NFS with"
          + " root_squash: chown it on the server)";

  private Messages() {}

  static String cannotGive(String path, int uid, String reason) {
    return "cannot give " + path + " to uid " + uid + ": " + reason;
  }

  /** The end of a message, where a capability would help. */
  static String lacks(String capability) {
    return "; the launcher lacks CAP_"
        + capability
        + " (docker run --cap-add "
        + capability
        + ", securityContext.capabilities.add)";
  }

  static String isLink(String path, int uid, String link) {
    return cannotGive(
        path,
        uid,
        link
            + " is a symbolic link that others than root can change or have made, and is not"
            + " followed; name the path that it leads to");
  }

  /** The warning, of as many as there are, of which one is named. */
  static String leftAlone(String first, int count, String reason, int uid) {
    return count == 1
        ? (first + " is left as it is: " + reason)
            + ("; if the user needs it, chown it to uid " + uid)
        : (first + " and " + (count - 1) + " more are left as they are: " + reason)
            + ("; if the user needs them, chown them to uid " + uid);
  }

  static String reason(LeftAlone.Reason reason) {
    return switch (reason) {
      case LINKS -> "a file with more than one link may have another outside of what --own names";
      case READ_ONLY -> "the mount is read-only";
      case DEVICE -> "a device node leads to more than the tree that it is in";
      case ODD_PATH -> cannotTell("the path is too long or ends with (deleted)");
      case RESTLESS -> cannotTell("the file changes all the time");
      case TOO_DEEP -> "the tree is deeper than " + TreeWalk.MAX_DEPTH + " directories";
      case TOO_MANY_OPEN ->
          "the tree is deeper than the hard limit of open files allows"
              + " (docker run --ulimit nofile=N)";
    };
  }

  private static String cannotTell(String reason) {
    return "whether there is a link outside of what --own names cannot be told, as " + reason;
  }
}
