package dev.nonroot.account;

/** The texts about accounts and user-specs. */
final class Messages {
  private Messages() {}

  static String malformedUserSpec(String text) {
    return "user-spec '"
        + text
        + "' is malformed; accepted: user or user:group, each a name or number";
  }

  static String idOutOfRange(String text) {
    return "id " + text + " is out of range; accepted: 0 to " + NameOrId.MAX_ID;
  }

  static String unknownUser(String name) {
    return "there is no user '"
        + name
        + "' in /etc/passwd; accepted: a name from there, or a number";
  }

  static String unknownGroup(String name) {
    return "there is no group '"
        + name
        + "' in /etc/group; accepted: a name from there, or a number";
  }
}
