package dev.nonroot.config;

import dev.nonroot.ConfigurationException;
import dev.nonroot.FileStatus;
import dev.nonroot.LineReader;
import dev.nonroot.Messages;
import dev.nonroot.OperatingSystem;
import dev.nonroot.Words;
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

  private static final String LOCKED = "locked";
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
      if (asRoot && status.isWritableByNonRoot()) {
        throw new ConfigurationException(Messages.writablePolicyFile(path));
      }
      try (InputStream in = os.open(path)) {
        PolicyFile file = new PolicyFile(path);
        if (in != null) {
          file.read(new LineReader(in));
        }
        return file;
      }
    } catch (IOException e) {
      throw new ConfigurationException(Messages.cannotRead(path, e.getMessage()));
    }
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
      } else if (name.equals(Key.CONFIG.toString())) {
        throw new ConfigurationException(Messages.unknownKey(name, origin, Key.all()));
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
