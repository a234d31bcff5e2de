package dev.nonroot.config;

/** The texts about options, variables and the policy file. */
final class Messages {
  /** Why an agent with action=drop and no user cannot start. */
  static final String DROP_NEEDS_USER =
      "action=drop needs a user: user=10001 among the agent options, NONROOT_USER=10001,"
          + " or user=10001 in the policy file";

  /** What the native agent accepts for drop-after. */
  static final String DROP_AFTER_OF_LIBRARY =
      "start, as only nonroot-agent.jar finds out what an application does later";

  /** What the native agent accepts for spawn. */
  static final String SPAWN_OF_LIBRARY =
      "allow, as only nonroot-agent.jar finds out what processes a JVM starts";

  /** What is accepted as action, where YAML has spoilt the word. */
  static final String ACTION_OF_YAML =
      "refuse, drop, warn or off (YAML turns off without quotes into false: write \"off\")";

  private Messages() {}

  /** Why an agent without action=drop and with a time for it cannot start. */
  static String dropAfterNeedsDrop(String dropAfter) {
    return "drop-after="
        + dropAfter
        + " needs action=drop: among the agent options, NONROOT_ACTION=drop,"
        + " or action=drop in the policy file";
  }

  static String unknownKey(String key, String origin, String accepted) {
    return "unknown key '" + key + "' in " + origin + "; accepted: " + accepted;
  }

  static String misspelt(String variable, String meant) {
    return "unknown variable "
        + variable
        + " in the environment, which is nearly "
        + meant
        + "; correct it, or give it another name";
  }

  static String spoilt(String key, String value, String origin, String by) {
    return key
        + "="
        + value
        + " in "
        + origin
        + " is not valid, as it starts or ends with "
        + by
        + "; accepted: the value alone";
  }

  static String badValue(String key, String value, String origin, String accepted) {
    return key + "=" + value + " in " + origin + " is not valid; accepted: " + accepted;
  }

  static String notKeyValue(String text, String origin) {
    return "'" + text + "' in " + origin + " is not valid; accepted: key=value";
  }

  static String givenTwice(String key, String origin) {
    return key + " is given twice in " + origin + "; accepted: each key once";
  }

  static String locked(String key, String origin, String path) {
    return key + " in " + origin + " is ignored: it is locked by " + path;
  }

  static String writablePolicyFile(String path) {
    return path
        + " can be written by others than root, and this process runs as root; accepted: owner root"
        + " and mode 0644 or less, of the directories above it root and 0755 (chown root, chmod go-w)";
  }
}
