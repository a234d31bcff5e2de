package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.config.Action;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Key;
import dev.nonroot.config.Settings;
import dev.nonroot.ownership.FileCopy;
import dev.nonroot.ownership.NewDirectory;
import dev.nonroot.ownership.OwnRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The launcher's command line, {@code [OPTIONS] [--] COMMAND [ARG...]}. Options end at the first
 * word that is not an option, or at {@code --}. A value follows its option as the next word,
 * whatever that is, or after {@code =}; that of {@code -u} also without anything between.
 */
final class CommandLine {
  private final Map<Option, String> values = new EnumMap<>(Option.class);
  private final List<String> directories = new ArrayList<>();
  private final List<String> copies = new ArrayList<>();
  private final List<String> own = new ArrayList<>();
  private final List<String> limits = new ArrayList<>();
  private final List<String> command = new ArrayList<>();

  private CommandLine() {}

  /**
   * Reads the arguments. At {@code --help} or {@code --version} the reading ends, and what comes
   * after it need not be valid.
   *
   * @throws ConfigurationException if an option is unknown, is given twice and is not repeatable,
   *     lacks its value or has one that it must not have, or if there is no command
   */
  static CommandLine parse(String... args) throws ConfigurationException {
    CommandLine line = new CommandLine();
    int next = 0;
    while (next < args.length && isOption(args[next])) {
      String word = args[next++];
      if (word.equals("--")) {
        break;
      }
      Option option = option(word);
      String value = attachedValue(word);
      if (option.label() == null) {
        if (value != null) {
          throw new ConfigurationException(Messages.optionTakesNoValue(option.toString()));
        }
        value = "";
      } else if (value == null) {
        if (next == args.length) {
          throw new ConfigurationException(
              Messages.optionNeedsValue(option.toString(), option.label()));
        }
        value = args[next++];
      }
      line.take(option, value);
      if (option == Option.HELP || option == Option.VERSION) {
        return line;
      }
    }
    for (int i = next; i < args.length; i++) {
      line.command.add(args[i]);
    }
    if (line.command.isEmpty()) {
      throw new ConfigurationException(Messages.NO_COMMAND);
    }
    return line;
  }

  private static boolean isOption(String word) {
    return word.length() > 1 && word.charAt(0) == '-';
  }

  private static boolean isLong(String word) {
    return word.startsWith("--");
  }

  private static Option option(String word) throws ConfigurationException {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Option option = isLong(word) ? Option.of(name) : Option.of(word.charAt(1));
    boolean isCluster = !isLong(word) && word.length() > 2 && word.charAt(2) != '=';
    if (option == null || (option.label() == null && isCluster)) {
      throw new ConfigurationException(Messages.unknownOption(name));
    }
    return option;
  }

  /** What is in the option's own word, or null. */
  private static String attachedValue(String word) {
    int equals = word.indexOf('=');
    if (isLong(word)) {
      return equals < 0 ? null : word.substring(equals + 1);
    }
    return word.length() == 2 ? null : word.substring(equals == 2 ? 3 : 2);
  }

  private void take(Option option, String value) throws ConfigurationException {
    if (values.put(option, value) != null && !option.isRepeatable()) {
      throw new ConfigurationException(Messages.optionGivenTwice(option.toString()));
    }
    if (option == Option.MKDIR) {
      directories.add(value);
    } else if (option == Option.COPY) {
      copies.add(value);
    } else if (option == Option.OWN) {
      own.add(value);
    } else if (option == Option.RLIMIT) {
      limits.add(value);
    }
  }

  /** Whether an option is given. */
  boolean has(Option option) {
    return values.containsKey(option);
  }

  /** The value of {@code --user}, not yet checked, as other sources can have one too; or null. */
  String user() {
    return values.get(Option.USER);
  }

  /**
   * Puts together what the launcher is told.
   *
   * @param settings what is configured, with {@link #user} as its first source
   * @param allowRoot whether the target may be root
   * @throws ConfigurationException if the user, the action or a value is not valid
   */
  LaunchOptions options(Settings settings, boolean allowRoot) throws ConfigurationException {
    String groups = values.get(Option.GROUPS);
    String capabilities = values.get(Option.CAP);
    String umask = values.get(Option.UMASK);
    return new LaunchOptions(
        AgentOptions.user(settings),
        groups == null ? null : LaunchOptions.groups(groups),
        has(Option.KEEP_GROUPS),
        capabilities == null ? 0 : LaunchOptions.capabilities(capabilities),
        directories(),
        copies(),
        own(),
        limits(),
        umask == null ? LaunchOptions.UMASK_OF_CALLER : LaunchOptions.umask(umask),
        chdir(),
        has(Option.ALLOW_NEW_PRIVS),
        has(Option.STRICT),
        // The action is checked also where it makes no difference.
        AgentOptions.action(settings) == Action.WARN || warnOnly(settings),
        allowRoot,
        has(Option.DRY_RUN),
        command);
  }

  private boolean warnOnly(Settings settings) {
    return has(Option.WARN_ONLY)
        && settings.heeds(Key.ACTION, Action.WARN.toString(), "the option " + Option.WARN_ONLY);
  }

  private List<NewDirectory> directories() throws ConfigurationException {
    List<NewDirectory> all = new ArrayList<>();
    for (String text : directories) {
      all.add(LaunchOptions.directory(text));
    }
    return all;
  }

  private List<FileCopy> copies() throws ConfigurationException {
    List<FileCopy> all = new ArrayList<>();
    for (String text : copies) {
      all.add(LaunchOptions.copy(text));
    }
    return all;
  }

  private OwnRequest own() throws ConfigurationException {
    for (String path : own) {
      notEmpty(Option.OWN, path, "a file or directory");
    }
    return new OwnRequest(own, has(Option.OWN_ONCE), has(Option.OWN_BEST_EFFORT));
  }

  private String chdir() throws ConfigurationException {
    String directory = values.get(Option.CHDIR);
    if (directory != null) {
      notEmpty(Option.CHDIR, directory, "a directory");
    }
    return directory;
  }

  private static void notEmpty(Option option, String value, String accepted)
      throws ConfigurationException {
    if (value.isEmpty()) {
      throw new ConfigurationException(Messages.badOption(option.toString(), value, accepted));
    }
  }

  /** The resource limits to set. */
  List<ResourceLimit> limits() throws ConfigurationException {
    List<ResourceLimit> all = new ArrayList<>();
    for (String text : limits) {
      ResourceLimit limit = ResourceLimit.parse(text);
      for (ResourceLimit other : all) {
        if (other.resource() == limit.resource()) {
          throw new ConfigurationException(
              Messages.optionGivenTwice(Option.RLIMIT + " " + limit.name()));
        }
      }
      all.add(limit);
    }
    return all;
  }
}
