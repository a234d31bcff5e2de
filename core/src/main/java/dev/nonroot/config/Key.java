package dev.nonroot.config;

import dev.nonroot.text.Words;

/** What can be configured; the same keys everywhere. */
public enum Key {
  /** What happens to a JVM that breaks the policy. */
  ACTION("action", "refuse"),
  /** Who to become. */
  USER("user", ""),
  /** Which rules deny and which warn. */
  PROFILE("profile", "baseline"),
  /** Rules that deny. */
  DENY("deny", ""),
  /** Rules that warn. */
  WARN("warn", ""),
  /** Rules that are off. */
  ALLOW("allow", ""),
  /** The least uid accepted. */
  MIN_UID("min-uid", ""),
  /** Capabilities accepted. */
  ALLOW_CAPS("allow-caps", ""),
  /** When to step down. */
  DROP_AFTER("drop-after", "start"),
  /** How long that may take. */
  DROP_DEADLINE("drop-deadline", "60s"),
  /** Whether child processes may be started. */
  SPAWN("spawn", "allow"),
  /** Whether a step-down sets no_new_privs. */
  NO_NEW_PRIVS("no-new-privs", "true"),
  /** The form of what goes to stderr. */
  REPORT("report", "text"),
  /** Where a line for each JVM goes as well. */
  REPORT_FILE("report-file", ""),
  /** What is not checked. */
  EXEMPT("exempt", "jdk-tools"),
  /** The policy file. */
  CONFIG("config", PolicyFile.DEFAULT_PATH);

  private static final int MAX_MISSPELT = 2;

  private final String text;
  private final String standard;

  Key(String text, String standard) {
    this.text = text;
    this.standard = standard;
  }

  /**
   * @return the value where none is given
   */
  public String standard() {
    return standard;
  }

  /**
   * @param text a key as it is written
   * @return the key, or null if there is none
   */
  public static Key of(String text) {
    for (Key key : values()) {
      if (key.text.equals(text)) {
        return key;
      }
    }
    return null;
  }

  /**
   * @param name what follows {@code NONROOT_} in an environment variable's name
   * @return the key, or null if there is none
   */
  static Key ofEnvironment(String name) {
    for (Key key : values()) {
      if (key.environmentName().equals(name)) {
        return key;
      }
    }
    return null;
  }

  /**
   * @param name what follows {@code NONROOT_} in an environment variable's name
   * @return the key that it is one or two letters away from, in capitals or not; null if there is
   *     none
   */
  static Key nearEnvironment(String name) {
    String capitals = capitals(name);
    Key nearest = null;
    int least = MAX_MISSPELT + 1;
    for (Key key : values()) {
      int distance = Words.distance(capitals, key.environmentName());
      if (distance < least) {
        least = distance;
        nearest = key;
      }
    }
    return nearest;
  }

  /** The name of the environment variable that sets this key, without {@code NONROOT_}. */
  String environmentName() {
    return capitals(text.replace('-', '_'));
  }

  /** By hand, as a Turkish locale has capitals of its own. */
  private static String capitals(String text) {
    StringBuilder capitals = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      capitals.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
    }
    return capitals.toString();
  }

  /** What a policy file can have, for a message. */
  static String allInFile() {
    return all().replace(", " + CONFIG, ", " + PolicyFile.LOCKED);
  }

  /** All keys, for a message. */
  static String all() {
    StringBuilder all = new StringBuilder();
    for (Key key : values()) {
      all.append(all.length() == 0 ? "" : ", ").append(key.text);
    }
    return all.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
