package dev.nonroot.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The packed tree that users copy to /opt/nonroot, and the JVMs to try it with. */
public final class Tree {
  private static final Path JVMS = Path.of("/usr/lib/jvm");
  private static final int OLDEST = 17;
  private static final String VERSION = "JAVA_VERSION=\"";

  private Tree() {}

  /** The tree's root; an absolute path. */
  public static Path root() {
    return Path.of(System.getProperty("nonroot.tree", "target/nonroot")).toAbsolutePath();
  }

  public static Path agentJar() {
    return root().resolve("nonroot-agent.jar");
  }

  public static Path launcherJar() {
    return root().resolve("nonroot-launcher.jar");
  }

  public static Path launcherScript() {
    return root().resolve("bin/nonroot-launcher");
  }

  /**
   * One {@code bin/java} for each Java version from 17 on: that of the JVM that runs the tests, and
   * those in /usr/lib/jvm.
   */
  public static List<Path> javas() throws IOException {
    TreeMap<Integer, Path> javas = new TreeMap<>();
    javas.put(Runtime.version().feature(), javaOf(Path.of(System.getProperty("java.home"))));
    if (Files.isDirectory(JVMS)) {
      try (DirectoryStream<Path> homes = Files.newDirectoryStream(JVMS)) {
        for (Path home : homes) {
          if (Files.isExecutable(javaOf(home)) && feature(home) >= OLDEST) {
            javas.putIfAbsent(feature(home), javaOf(home.toRealPath()));
          }
        }
      }
    }
    return new ArrayList<>(javas.values());
  }

  private static Path javaOf(Path home) {
    return home.resolve("bin/java");
  }

  /** The Java version of a {@code bin/java}: 17, 25. */
  public static int featureOf(Path java) throws IOException {
    return feature(java.getParent().getParent());
  }

  /** 0 if the installation does not say. */
  private static int feature(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isReadable(release)) {
      return 0;
    }
    for (String line : Files.readAllLines(release, StandardCharsets.UTF_8)) {
      if (line.startsWith(VERSION)) {
        String version = line.substring(VERSION.length(), line.length() - 1);
        return Runtime.Version.parse(version).feature();
      }
    }
    return 0;
  }
}
