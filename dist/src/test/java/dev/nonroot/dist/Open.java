package dev.nonroot.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory in /tmp that everybody can search, with a copy of the packed tree and of the test
 * applications: those who step down must still reach them, wherever the project was cloned to.
 */
public final class Open {
  private static final Path DIRECTORY = create();

  private Open() {}

  /** The directory itself, for more files. */
  public static Path directory() {
    return DIRECTORY;
  }

  public static Path tree() {
    return DIRECTORY.resolve("nonroot");
  }

  public static Path agentJar() {
    return tree().resolve("nonroot-agent.jar");
  }

  /** The class path of the test applications. */
  public static Path classes() {
    return DIRECTORY.resolve("classes");
  }

  /** Makes a file that everybody can read. */
  public static Path file(String name, String content) throws IOException {
    Path file = Files.writeString(DIRECTORY.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  /**
   * A jar of somebody else's that the agent is tested beside.
   *
   * @param name its file's name
   */
  public static synchronized Path neighbour(String name) throws IOException {
    Path copy = DIRECTORY.resolve(name);
    if (!Files.exists(copy)) {
      Files.copy(Path.of("target/neighbours", name), copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
    }
    return copy;
  }

  private static Path create() {
    try {
      Path directory = Files.createTempDirectory("nonroot-it");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      copy(Tree.root(), directory.resolve("nonroot"));
      copy(Path.of("target/test-classes"), directory.resolve("classes"));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path file : all) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.copy(file, target);
      boolean searchable = Files.isDirectory(file) || Files.isExecutable(file);
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(searchable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("cannot remove " + directory + ": " + e);
    }
  }
}
