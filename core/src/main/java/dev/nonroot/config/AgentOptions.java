package dev.nonroot.config;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.NameOrId;
import dev.nonroot.account.UserSpec;
import dev.nonroot.identity.Capability;
import dev.nonroot.policy.Policy;
import dev.nonroot.policy.Profile;
import dev.nonroot.policy.Rule;
import dev.nonroot.policy.Severity;
import dev.nonroot.text.Decimal;
import dev.nonroot.text.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What an agent is told, checked.
 *
 * @param action what happens to a JVM that breaks the policy
 * @param user who to become, or null if nobody is named
 * @param dropAfter when to step down
 * @param deadline within how many milliseconds that has to come
 * @param spawn what happens to a child process
 * @param policy the policy
 * @param noNewPrivs whether a step-down sets no_new_privs
 * @param report the form of what goes to stderr
 * @param reportFile where a line for each JVM goes as well, or null
 * @param exempt main classes, jars and {@code jdk-tools} that are not checked
 */
public record AgentOptions(
    Action action,
    UserSpec user,
    DropAfter dropAfter,
    long deadline,
    Spawn spawn,
    Policy policy,
    boolean noNewPrivs,
    ReportForm report,
    String reportFile,
    List<String> exempt) {
  /** A day, in milliseconds: what takes longer is no start. */
  private static final long LONGEST_DEADLINE = 86_400_000;

  /** The form of what goes to stderr. */
  public enum ReportForm {
    /** Lines for people. */
    TEXT,
    /** One line of JSON. */
    JSON,
    /** Nothing. */
    NONE
  }

  /**
   * Checks the settings.
   *
   * @param settings what is configured
   * @param instruments whether the front end can find out what the application does
   * @return the options
   * @throws ConfigurationException if a value is not valid, or needs what is not there
   */
  public static AgentOptions of(Settings settings, boolean instruments)
      throws ConfigurationException {
    Action action = action(settings);
    UserSpec user = user(settings);
    if (action == Action.DROP && user == null) {
      throw new ConfigurationException(Messages.DROP_NEEDS_USER);
    }
    return new AgentOptions(
        action,
        user,
        dropAfter(settings, instruments),
        deadline(settings),
        spawn(settings, instruments),
        policy(settings),
        noNewPrivs(settings),
        report(settings),
        settings.has(Key.REPORT_FILE) ? reportFile(settings) : null,
        exempt(settings));
  }

  /**
   * Checks the action alone.
   *
   * @param settings what is configured
   * @return the action
   * @throws ConfigurationException if the value is not valid
   */
  public static Action action(Settings settings) throws ConfigurationException {
    String text = settings.get(Key.ACTION);
    for (Action action : Action.values()) {
      if (action.toString().equals(text)) {
        return action;
      }
    }
    throw settings.badValue(
        Key.ACTION, text.equals("false") ? Messages.ACTION_OF_YAML : "refuse, drop, warn or off");
  }

  /**
   * Checks the user alone.
   *
   * @param settings what is configured
   * @return the user, or null if none is
   * @throws ConfigurationException if the value is not valid
   */
  public static UserSpec user(Settings settings) throws ConfigurationException {
    if (!settings.has(Key.USER)) {
      return null;
    }
    try {
      return UserSpec.parse(settings.get(Key.USER));
    } catch (ConfigurationException e) { // which does not say where the value comes from
      throw settings.badValue(
          Key.USER, "user or user:group, each a name, or a number 0 to " + NameOrId.MAX_ID);
    }
  }

  /** Like the user, it does not matter to another action that is asked for; but to none it does. */
  private static DropAfter dropAfter(Settings settings, boolean instruments)
      throws ConfigurationException {
    DropAfter dropAfter = DropAfter.parse(settings.get(Key.DROP_AFTER));
    if (dropAfter == null) {
      throw settings.badValue(
          Key.DROP_AFTER, instruments ? DropAfter.ACCEPTED : Messages.DROP_AFTER_OF_LIBRARY);
    }
    if (!dropAfter.isStart() && !instruments) {
      throw settings.badValue(Key.DROP_AFTER, Messages.DROP_AFTER_OF_LIBRARY);
    }
    if (!dropAfter.isStart() && !settings.has(Key.ACTION)) {
      throw new ConfigurationException(Messages.dropAfterNeedsDrop(dropAfter.toString()));
    }
    return dropAfter;
  }

  private static long deadline(Settings settings) throws ConfigurationException {
    String text = settings.get(Key.DROP_DEADLINE);
    String[] units = {"ms", "s", "m"}; // the one that ends like another one first
    long[] milliseconds = {1, 1000, 60_000};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        int number = Decimal.parse(text.substring(0, text.length() - units[i].length()), 0);
        if (number > 0 && number * milliseconds[i] <= LONGEST_DEADLINE) {
          return number * milliseconds[i];
        }
        break;
      }
    }
    throw settings.badValue(
        Key.DROP_DEADLINE,
        "a number above 0 with ms, s or m, at most 1440m, e.g. 500ms, 60s or 2m");
  }

  private static Spawn spawn(Settings settings, boolean instruments) throws ConfigurationException {
    for (Spawn spawn : Spawn.values()) {
      if (spawn.toString().equals(settings.get(Key.SPAWN))
          && (instruments || spawn == Spawn.ALLOW)) {
        return spawn;
      }
    }
    throw settings.badValue(
        Key.SPAWN, instruments ? "allow, warn or deny" : Messages.SPAWN_OF_LIBRARY);
  }

  private static Policy policy(Settings settings) throws ConfigurationException {
    Map<Rule, Severity> moved = new EnumMap<>(Rule.class);
    move(settings, Key.DENY, Severity.DENY, moved);
    move(settings, Key.WARN, Severity.WARN, moved);
    move(settings, Key.ALLOW, Severity.ALLOW, moved);
    return new Policy(profile(settings), moved, minUid(settings), allowCaps(settings));
  }

  private static Profile profile(Settings settings) throws ConfigurationException {
    String text = settings.get(Key.PROFILE);
    for (Profile profile : Profile.values()) {
      if (profile.toString().equals(text)) {
        return profile;
      }
    }
    throw settings.badValue(Key.PROFILE, "baseline or restricted");
  }

  private static void move(Settings settings, Key key, Severity severity, Map<Rule, Severity> moved)
      throws ConfigurationException {
    for (String id : list(settings, key)) {
      Rule rule = Rule.of(id);
      if (rule == null) {
        throw settings.badValue(key, "rules joined by +: " + allRules());
      }
      if (moved.put(rule, severity) != null) {
        throw settings.badValue(key, "each rule once in deny, warn and allow together");
      }
    }
  }

  private static String allRules() {
    StringBuilder all = new StringBuilder();
    for (Rule rule : Rule.values()) {
      if (Rule.of(rule.toString()) != null) {
        all.append(all.length() == 0 ? "" : ", ").append(rule);
      }
    }
    return all.toString();
  }

  private static int minUid(Settings settings) throws ConfigurationException {
    if (!settings.has(Key.MIN_UID)) {
      return -1;
    }
    int minUid = Decimal.parse(settings.get(Key.MIN_UID), 0);
    if (minUid < 0) {
      throw settings.badValue(Key.MIN_UID, "a number, 0 to " + NameOrId.MAX_ID);
    }
    return minUid;
  }

  private static long allowCaps(Settings settings) throws ConfigurationException {
    long set = 0;
    for (String name : list(settings, Key.ALLOW_CAPS)) {
      int capability = Capability.number(name);
      if (capability < 0) {
        throw settings.badValue(
            Key.ALLOW_CAPS, "names of capabilities(7) joined by +, e.g. NET_BIND_SERVICE");
      }
      set |= Capability.mask(capability);
    }
    return set;
  }

  private static boolean noNewPrivs(Settings settings) throws ConfigurationException {
    String text = settings.get(Key.NO_NEW_PRIVS);
    if (!text.equals("true") && !text.equals("false")) {
      throw settings.badValue(Key.NO_NEW_PRIVS, "true or false");
    }
    return text.equals("true");
  }

  private static ReportForm report(Settings settings) throws ConfigurationException {
    return switch (settings.get(Key.REPORT)) {
      case "text" -> ReportForm.TEXT;
      case "json" -> ReportForm.JSON;
      case "none" -> ReportForm.NONE;
      default -> throw settings.badValue(Key.REPORT, "text, json or none");
    };
  }

  private static String reportFile(Settings settings) throws ConfigurationException {
    String path = settings.get(Key.REPORT_FILE);
    if (path.isEmpty()) {
      throw settings.badValue(Key.REPORT_FILE, "the path of a file");
    }
    return path;
  }

  /**
   * Checks what is exempt alone.
   *
   * @param settings what is configured
   * @return main classes, jars and {@code jdk-tools}
   * @throws ConfigurationException if the value is not valid
   */
  public static List<String> exempt(Settings settings) throws ConfigurationException {
    List<String> names = list(settings, Key.EXEMPT);
    if (names.contains("none")) {
      if (names.size() > 1) {
        throw settings.badValue(
            Key.EXEMPT, "none alone, or jdk-tools, main classes and jars joined by +");
      }
      return new ArrayList<>();
    }
    return names;
  }

  private static List<String> list(Settings settings, Key key) throws ConfigurationException {
    if (settings.get(key).isEmpty()) {
      return new ArrayList<>();
    }
    List<String> parts = Words.split(settings.get(key), '+');
    if (parts.contains("")) {
      throw settings.badValue(key, "parts joined by one + each");
    }
    return parts;
  }
}
