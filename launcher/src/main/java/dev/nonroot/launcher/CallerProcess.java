package dev.nonroot.launcher;

import dev.nonroot.launch.Environment;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The arguments and the environment as the caller gave them: the JVM has them decoded, and so has
 * lost what is not valid in the locale's encoding.
 */
final class CallerProcess {
  private static final Path SELF = Path.of("/proc/self");
  private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

  private CallerProcess() {}

  /** The whole command line with a NUL behind each word; one char per byte. */
  static String commandLine() throws IOException {
    return read("cmdline");
  }

  /** The arguments as bytes, one char each. */
  static String[] arguments(String[] decoded) throws IOException {
    return arguments(decoded, commandLine());
  }

  /** The JVM's own arguments come before them in the command line, so that they are the last. */
  static String[] arguments(String[] decoded, String commandLine) throws IOException {
    List<String> all = Words.split(commandLine, '\0');
    int end = all.size() - 1; // there is a NUL behind the last one as well
    int start = end - decoded.length;
    if (start < 0 || !areSame(decoded, all.subList(start, end))) {
      // An @file of java(1) can hold them: then only ASCII is what it was, whatever the locale.
      if (hasArgumentFile(all) && isAscii(decoded)) {
        return decoded.clone();
      }
      throw new IOException("/proc/self/cmdline does not end with the arguments");
    }
    return all.subList(start, end).toArray(new String[0]);
  }

  private static boolean areSame(String[] decoded, List<String> raw) {
    for (int i = 0; i < decoded.length; i++) {
      if (isAscii(decoded[i]) && !decoded[i].equals(raw.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasArgumentFile(List<String> commandLine) {
    for (String own : commandLine) {
      if (own.startsWith("@")) {
        return true;
      }
    }
    return false;
  }

  /** By a plain loop, as the first stream and lambda cost the start of a JVM. */
  private static boolean isAscii(String... texts) {
    for (String text : texts) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= 0x80) {
          return false;
        }
      }
    }
    return true;
  }

  /** The environment, with a NUL behind each variable; one char per byte. */
  static Environment environment() throws IOException {
    Environment environment = Environment.of(read("environ"));
    String path = environment.get(LIBRARY_PATH);
    if (path != null) {
      boolean musl = read("maps").contains("/ld-musl-");
      String callers = callersLibraryPath(path, System.getProperty("java.home"), musl);
      if (callers == null) {
        environment.remove(LIBRARY_PATH);
      } else if (!callers.equals(path)) {
        environment.set(LIBRARY_PATH, callers);
      }
    }
    return environment;
  }

  /**
   * Undoes what java(1) may do before it is a JVM: it puts its own directories before
   * LD_LIBRARY_PATH, and executes itself again. It does so always with musl; with glibc, where a
   * JVM is in the path, but not as the first.
   *
   * @return what the path was, or null if there was none
   */
  static String callersLibraryPath(String path, String javaHome, boolean musl) {
    String own = javaHome + "/lib/server:" + javaHome + "/lib";
    String ownOnce = own + ":" + javaHome + "/../lib"; // until Java 24 or so
    String rest = path.startsWith(ownOnce) ? path.substring(ownOnce.length()) : null;
    if (rest == null && path.startsWith(own)) {
      rest = path.substring(own.length());
    }
    if (rest == null || !(rest.isEmpty() || rest.startsWith(":"))) {
      return path;
    }
    if (!musl && !rest.contains("/lib/server") && !rest.contains("/lib/client")) {
      return path;
    }
    return rest.isEmpty() ? null : rest.substring(1);
  }

  private static String read(String file) throws IOException {
    return Bytes.toString(Files.readAllBytes(SELF.resolve(file)));
  }
}
