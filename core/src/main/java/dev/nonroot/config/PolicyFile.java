package dev.nonroot.config;

import dev.nonroot.ConfigurationException;
import dev.nonroot.system.FileStatus;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.LineReader;
import dev.nonroot.text.Message;
import dev.nonroot.text.Words;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;

/**
 * A policy file: lines {@code key=value}, comments that start with {@code #}, and one line {@code
 * locked=key+key…} that names keys which no other source may set.
 */
final class PolicyFile {
  static final String DEFAULT_PATH = "/etc/nonroot/nonroot.properties";

  static final String LOCKED = "locked";
  private static final int MAX_LINES = 1000;

  private final String path;
  private final Source source = new Source();
  private final Set<Key> locked = EnumSet.noneOf(Key.class);

  private PolicyFile(String path) {
    this.path = path;
  }

  /**
   * Reads a policy file.
   *
   * @param os where it is
   * @param path its path
   * @param asRoot whether this process runs as root, and so must not heed what others can write
   * @return what it says, or null if there is no such file
   * @throws ConfigurationException if it cannot be read, is not valid, or must not be heeded
   */
  static PolicyFile read(OperatingSystem os, String path, boolean asRoot)
      throws ConfigurationException {
    try {
      FileStatus status = os.status(path);
      if (status == null) {
        return null;
      }
      if (!status.regular()) {
        throw new IOException("Not a regular file");
      }
      String real = asRoot ? trusted(os, path) : path;
      try (InputStream in = os.open(real)) {
        if (in == null) {
          throw new IOException("it was there, and is not any more");
        }
        PolicyFile file = new PolicyFile(path);
        file.read(new LineReader(in));
        return file;
      }
    } catch (IOException e) {
      throw new ConfigurationException(Message.cannotRead(path, e.getMessage()));
    }
  }

  /**
   * Where root finds the file, if nobody else could have written it, nor could put another one in
   * its place between this check and the reading.
   */
  private static String trusted(OperatingSystem os, String path)
      throws IOException, ConfigurationException {
    String real = os.realPath(path);
    FileStatus file = real == null ? null : os.status(real);
    boolean trusted = file != null && file.regular() && !file.isWritableByNonRoot();
    for (int slash = trusted ? real.lastIndexOf('/') : -1;
        trusted && slash >= 0;
        slash = real.lastIndexOf('/', slash - 1)) {
      FileStatus directory = os.status(slash == 0 ? "/" : real.substring(0, slash));
      trusted = directory != null && !directory.isReplaceableByNonRoot();
    }
    if (!trusted) {
      throw new ConfigurationException(Messages.writablePolicyFile(path));
    }
    return real;
  }

  private void read(LineReader lines) throws IOException, ConfigurationException {
    for (int number = 1; lines.next(); number++) {
      if (number > MAX_LINES || lines.isTooLong()) {
        throw new IOException("File too large");
      }
      String line = lines.line().trim();
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      String origin = path + " line " + number;
      int equals = line.indexOf('=');
      String name = equals < 0 ? line : line.substring(0, equals).trim();
      String value = equals < 0 ? "" : line.substring(equals + 1).trim();
      if (name.equals(LOCKED)) {
        lock(value, origin);
      } else if (equals > 0 && (Key.of(name) == null || Key.of(name) == Key.CONFIG)) {
        throw new ConfigurationException(Messages.unknownKey(name, origin, Key.allInFile()));
      } else {
        source.put(equals < 0 ? line : name + "=" + value, origin);
      }
    }
  }

  private void lock(String names, String origin) throws ConfigurationException {
    for (String name : Words.split(names, '+')) {
      Key key = Key.of(name);
      if (key == null) {
        throw new ConfigurationException(Messages.badValue(LOCKED, names, origin, Key.all()));
      }
      locked.add(key);
    }
  }

  String path() {
    return path;
  }

  Source source() {
    return source;
  }

  boolean locks(Key key) {
    return locked.contains(key);
  }

  /** Whether it locks something; then nothing may put another file in its place. */
  boolean locksAny() {
    return !locked.isEmpty();
  }
}
