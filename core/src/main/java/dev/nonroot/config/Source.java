package dev.nonroot.config;

import dev.nonroot.ConfigurationException;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Words;
import java.util.EnumMap;
import java.util.Map;

/** One source of settings: agent options, system properties, the environment or a policy file. */
public final class Source {
  private static final String PREFIX = "NONROOT_";
  private static final String PROPERTY_PREFIX = "nonroot.";

  /** Kubernetes sets it where a service is called nonroot, and NONROOT_REPORT is near. */
  private static final String PORT_OF_SERVICE = "NONROOT_PORT";

  private final Map<Key, Setting> settings = new EnumMap<>(Key.class);

  /** Makes a source that says nothing. */
  public Source() {}

  /**
   * @param options {@code key=value,…} as in {@code -javaagent:nonroot-agent.jar=…}; null or empty
   *     for none
   * @return the settings in it
   * @throws ConfigurationException if it has an unknown key, or one twice, or what is no key=value
   */
  public static Source agentOptions(String options) throws ConfigurationException {
    Source source = new Source();
    if (options != null && !options.isEmpty()) {
      for (String option : Words.split(options, ',')) {
        source.put(option, "the agent options");
      }
    }
    return source;
  }

  /**
   * Takes up one system property, if it is nonroot's.
   *
   * @param name its name
   * @param value its value
   * @throws ConfigurationException if it is {@code nonroot.} and an unknown key
   */
  public void addProperty(String name, String value) throws ConfigurationException {
    if (name.startsWith(PROPERTY_PREFIX)) {
      String origin = "the system property " + name;
      set(name.substring(PROPERTY_PREFIX.length()), value, origin);
    }
  }

  /**
   * Takes up one environment variable, if it is nonroot's. An empty one counts as not set, and one
   * whose name is far from any key belongs to somebody else: images use NONROOT_UID and the like.
   *
   * @param name its name
   * @param value its value
   * @throws ConfigurationException if the name is a misspelt key
   */
  public void addVariable(String name, String value) throws ConfigurationException {
    if (!name.startsWith(PREFIX) || value.isEmpty()) {
      return;
    }
    Key key = Key.ofEnvironment(name.substring(PREFIX.length()));
    if (key != null) {
      // of two variables of one name getenv(3) finds the first
      settings.putIfAbsent(key, new Setting(value, "the environment variable " + name));
    } else if (!name.equals(PORT_OF_SERVICE)) {
      Key near = Key.nearEnvironment(name.substring(PREFIX.length()));
      if (near != null) {
        throw new ConfigurationException(Messages.misspelt(name, PREFIX + near.environmentName()));
      }
    }
  }

  /**
   * Takes up one environment variable, if it is nonroot's, as {@link #addVariable(String, String)}
   * does.
   *
   * @param variable {@code NAME=value}
   * @throws ConfigurationException as that does
   */
  public void addVariable(String variable) throws ConfigurationException {
    int equals = variable.indexOf('=');
    if (equals > 0 && variable.startsWith(PREFIX)) {
      addVariable(variable.substring(0, equals), variable.substring(equals + 1));
    }
  }

  /**
   * Takes up what is nonroot's of an environment.
   *
   * @param environ {@code NAME=value} with a NUL behind each, as in {@code /proc/self/environ}
   * @throws ConfigurationException as {@link #addVariable(String)} does
   */
  public void addEnvironment(byte[] environ) throws ConfigurationException {
    int start = 0;
    for (int i = 0; i < environ.length; i++) {
      if (environ[i] == 0) {
        if (environ[start] == 'N' && i - start > PREFIX.length()) {
          addVariable(Bytes.toString(environ, start, i));
        }
        start = i + 1;
      }
    }
  }

  void put(String option, String origin) throws ConfigurationException {
    int equals = option.indexOf('=');
    if (equals <= 0) {
      throw new ConfigurationException(Messages.notKeyValue(option, origin));
    }
    set(option.substring(0, equals), option.substring(equals + 1), origin);
  }

  private void set(String name, String value, String origin) throws ConfigurationException {
    Key key = Key.of(name);
    if (key == null) {
      throw new ConfigurationException(Messages.unknownKey(name, origin, Key.all()));
    }
    if (settings.put(key, new Setting(value, origin)) != null) {
      throw new ConfigurationException(Messages.givenTwice(name, origin));
    }
  }

  /**
   * Sets a key as the launcher's command line does.
   *
   * @param key the key
   * @param value its value
   * @param origin the option that gave it
   */
  public void set(Key key, String value, String origin) {
    settings.put(key, new Setting(value, origin));
  }

  /** The setting of a key, or null. */
  Setting get(Key key) {
    return settings.get(key);
  }
}
