package dev.nonroot.config;

import dev.nonroot.ConfigurationException;
import dev.nonroot.system.OperatingSystem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is configured, after precedence: the first source that has a key decides it. */
public final class Settings {
  private final Map<Key, Setting> settings = new EnumMap<>(Key.class);
  private final List<String> warnings = new ArrayList<>();
  private final PolicyFile file;

  private Settings(OperatingSystem os, boolean asRoot, Source[] sources)
      throws ConfigurationException {
    file = policyFile(os, asRoot, sources);
    for (Key key : Key.values()) {
      Setting setting = decide(key, sources);
      if (setting != null) {
        verifyWriting(key, setting);
        settings.put(key, setting);
      }
    }
  }

  /**
   * Reads the policy file and puts it behind the given sources. A key that the file locks is taken
   * from the file alone, with a warning if another source has another value. If the file at the
   * default path locks anything, no other file takes its place.
   *
   * @param os where the policy file is
   * @param asRoot whether this process runs as root, or may do
   * @param sources the sources, first wins
   * @return the settings
   * @throws ConfigurationException if a value has a line break, a blank or quotes around it; if the
   *     policy file is not valid, must not be heeded, cannot be read, or was named and is not there
   */
  public static Settings resolve(OperatingSystem os, boolean asRoot, Source... sources)
      throws ConfigurationException {
    return new Settings(os, asRoot, sources);
  }

  private PolicyFile policyFile(OperatingSystem os, boolean asRoot, Source[] sources)
      throws ConfigurationException {
    PolicyFile standard = PolicyFile.read(os, PolicyFile.DEFAULT_PATH, asRoot);
    Setting named = first(Key.CONFIG, sources);
    if (named != null) {
      verifyWriting(Key.CONFIG, named);
    }
    if (named == null || named.text().equals(PolicyFile.DEFAULT_PATH)) {
      if (named != null && standard == null) {
        throw missing(named);
      }
      return standard;
    }
    if (standard != null && standard.locksAny()) {
      warnings.add(Messages.locked(Key.CONFIG.toString(), named.origin(), standard.path()));
      return standard;
    }
    PolicyFile file = PolicyFile.read(os, named.text(), asRoot);
    if (file == null) {
      throw missing(named);
    }
    return file;
  }

  private static void verifyWriting(Key key, Setting setting) throws ConfigurationException {
    String spoiltBy = setting.spoiltBy();
    if (spoiltBy != null) {
      throw new ConfigurationException(
          Messages.spoilt(key.toString(), setting.text(), setting.origin(), spoiltBy));
    }
  }

  private static ConfigurationException missing(Setting named) {
    return new ConfigurationException(
        Messages.badValue(
            Key.CONFIG.toString(), named.text(), named.origin(), "a file that exists"));
  }

  private Setting decide(Key key, Source[] sources) {
    Setting given = first(key, sources);
    Setting own = file == null ? null : file.source().get(key);
    if (file == null || !file.locks(key)) {
      return given != null ? given : own;
    }
    String effective = own != null ? own.text() : key.standard();
    if (given != null && key != Key.CONFIG && !given.text().equals(effective)) {
      warnings.add(Messages.locked(key.toString(), given.origin(), file.path()));
    }
    return own;
  }

  private static Setting first(Key key, Source[] sources) {
    for (Source source : sources) {
      if (source.get(key) != null) {
        return source.get(key);
      }
    }
    return null;
  }

  /**
   * @param key a key
   * @return its value, or its standard one if no source has it
   */
  public String get(Key key) {
    Setting setting = settings.get(key);
    return setting == null ? key.standard() : setting.text();
  }

  /**
   * @param key a key
   * @return whether a source has it
   */
  public boolean has(Key key) {
    return settings.containsKey(key);
  }

  /**
   * Asks for an option that means a value of a key and is none of the sources, so that their values
   * are checked beside it.
   *
   * @param key the key
   * @param value what the option means
   * @param origin the option
   * @return whether it is heeded: not if the policy file locks the key, with a warning if it has
   *     another value there
   */
  public boolean heeds(Key key, String value, String origin) {
    if (file == null || !file.locks(key)) {
      return true;
    }
    if (!get(key).equals(value)) {
      warnings.add(Messages.locked(key.toString(), origin, file.path()));
    }
    return false;
  }

  /**
   * @param key a key that a source has
   * @param accepted what would be a valid value
   * @return what to throw, as its value is not valid
   */
  public ConfigurationException badValue(Key key, String accepted) {
    Setting setting = settings.get(key);
    String origin = setting == null ? "the defaults" : setting.origin();
    return new ConfigurationException(
        Messages.badValue(key.toString(), get(key), origin, accepted));
  }

  /**
   * @return what was ignored, one message each
   */
  public List<String> warnings() {
    return warnings;
  }
}
