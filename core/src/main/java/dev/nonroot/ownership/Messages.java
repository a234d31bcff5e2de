package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import dev.nonroot.text.Message;

/** What is said of files that are not given. */
final class Messages {
  /** What to do where the directory above is not there, after the error's text. */
  static final String MAKE_PARENT =
      "; the directories above are not made: name each by a --mkdir of its own before";

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

  private static final String CHANGES_NOTHING =
      "its file system takes a chown and changes nothing (CIFS, vboxsf)";

  private Messages() {}

  static String cannotMake(String path, String reason) {
    return "--mkdir " + path + ": " + reason;
  }

  /** Why a file is not copied. */
  static final String IS_NO_FILE = "it is no regular file";

  /** The same. */
  static final String MAY_BE_ANOTHERS =
      "others than root can put another file in its place, so that a user could get any file of"
          + " root's; keep it in a directory that only root can write to";

  /** The same. */
  static final String CHANGES = "it changes while it is copied";

  /** Why a copy does not take the place of what is there. */
  static final String IS_NOT_REPLACED =
      "what is there is not a regular file with one link that the user or root owns, and is kept;"
          + " remove it, or name another path";

  static String isTooLarge(int size) {
    return "it is larger than " + (size >> 20) + " MiB, the most that is copied";
  }

  static String cannotCopy(FileCopy copy, String reason) {
    return "--copy " + copy + ": " + reason;
  }

  static String isNoDirectory(boolean link) {
    return (link ? "it is a symbolic link" : "it is there, and is no directory")
        + (link ? "; name the path that it leads to" : "; remove it, or name another path");
  }

  /** What was made there, and opened, belongs to somebody else or has something in it. */
  static String isNotTheNewOne(int owner) {
    return "it is not the empty directory of uid "
        + owner
        + " that was just made: others put something else there, or the file system has owners of"
        + " its own";
  }

  static String isNotKept(int uid, int gid, int mode) {
    return "it says that it succeeded, but the file system does not keep uid "
        + uid
        + ", gid "
        + gid
        + " and mode "
        + octal(mode)
        + "; take another one, a tmpfs for one";
  }

  /** The warning. */
  static String isNotWritable(String path, long owner, int mode, int uid) {
    return "--mkdir "
        + path
        + ": it is there and left as it is, and by its owner "
        + owner
        + " and mode "
        + octal(mode)
        + " uid "
        + uid
        + " cannot write to it; give it with --own "
        + path
        + ", or chown it before";
  }

  private static String octal(int mode) {
    return "0" + Integer.toOctalString(mode);
  }

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

  static String isLink(String link) {
    return link
        + " is a symbolic link that others than root can change or have made, and is not"
        + " followed; name the path that it leads to";
  }

  /** The error, where the user cannot write to it. */
  static String notTaken(Account user) {
    return CHANGES_NOTHING + ", and the user cannot write to it; " + mountFor(user);
  }

  private static String mountFor(Account user) {
    return "mount it with uid=" + user.uid() + ",gid=" + user.gid();
  }

  /**
   * The warning about a few of which one is named.
   *
   * @param first that one
   * @param count how many there are
   * @param reason why they are left alone, or null if a call has failed
   * @param text what to say of that
   * @param user to whom they would be given
   */
  static String leftAlone(
      String first, int count, LeftAlone.Reason reason, String text, Account user) {
    boolean one = count == 1;
    String what =
        one ? " is left as it is: " : " and " + (count - 1) + " more are left as they are: ";
    return first
        + what
        + text
        + "; if the user needs "
        + (one ? "it, " : "them, ")
        + advice(first, one, reason, user);
  }

  private static String advice(String first, boolean one, LeftAlone.Reason reason, Account user) {
    if (reason == LeftAlone.Reason.OTHER_FILE_SYSTEM) {
      return (one ? "give it with --own " : "give each with an --own of its own, as in --own ")
          + Message.word(first);
    }
    return reason == LeftAlone.Reason.NOT_TAKEN
        ? mountFor(user)
        : (one ? "chown it to uid " : "chown them to uid ") + user.uid();
  }

  static String reason(LeftAlone.Reason reason) {
    return switch (reason) {
      case LINKS -> "a file with more than one link may have another outside of what --own names";
      case RESTLESS_TREE -> cannotTell("the tree changes all the time");
      case MOUNTS_UNKNOWN ->
          cannotTell("this kernel does not say what is mounted (Linux 5.8 does)");
      case READ_ONLY -> "the mount is read-only";
      case OTHER_FILE_SYSTEM -> "on another file system, and the user cannot write there";
      case NOT_TAKEN -> CHANGES_NOTHING;
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
