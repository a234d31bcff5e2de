package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each example that has containers; they judge for themselves, and share their images. */
class ContainersIT {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath();
  private static final Path SCRIPT = EXAMPLES.resolveSibling("src/script/containers");
  private static final Path CONTAINERS = EXAMPLES.resolve("target/containers");
  private static final long MINUTES = 8;

  /** What was left before. */
  private static Set<String> cgroups = Set.of();

  @TempDir static Path logs;

  @BeforeAll
  static void isRoot() throws Exception {
    Root.required("the examples' containers");
    cgroups = cgroups();
  }

  /** Every folder whose run.sh uses containers.sh. */
  static List<String> examples() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      List<String> names =
          folders
              .filter(folder -> usesContainers(folder.resolve("run.sh")))
              .map(folder -> folder.getFileName().toString())
              .sorted()
              .toList();
      assertTrue(names.size() > 1, () -> "examples are found: " + names);
      return names;
    }
  }

  private static boolean usesContainers(Path script) {
    try {
      return Files.exists(script) && Files.readString(script).contains("containers.sh");
    } catch (IOException e) {
      return fail(e);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void doesWhatItShows(String example) throws Exception {
    Path log = logs.resolve(example);
    int code = run(log, EXAMPLES.resolve(example).resolve("run.sh").toString());
    String output = Files.readString(log);
    assertEquals(0, code, output);
    assertTrue(output.endsWith("All of it was as it should be.\n"), output);
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    if (Files.exists(CONTAINERS)) {
      Path log = logs.resolve("remove");
      int code = run(log, SCRIPT.toString(), "remove", CONTAINERS.toString());
      assertEquals(0, code, Files.readString(log));
    }
    assertTrue(Files.notExists(CONTAINERS), "no images are left");
    assertTrue(
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .noneMatch(line -> line.contains(CONTAINERS.toString())),
        "nothing is left mounted");
    assertTrue(
        ProcessHandle.allProcesses()
            .noneMatch(p -> p.info().commandLine().orElse("").contains(CONTAINERS.toString())),
        "no process is left");
    Set<String> left = cgroups();
    left.removeAll(cgroups);
    assertEquals(Set.of(), left, "no cgroup is left");
  }

  /**
   * The cgroups of podman's containers and pods that have no process; one that has is somebody
   * else's. libpod_parent, which they are in, and its conmon stay.
   */
  private static Set<String> cgroups() throws Exception {
    Path log = logs.resolve("cgroups");
    String script =
        """
        find /sys/fs/cgroup -maxdepth 3 -path '*/libpod_parent/*' ! -name conmon -type d 2>/dev/null \
          | while read -r cgroup; do
            find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null | grep -q . || echo "$cgroup"
          done
        """;
    assertEquals(0, run(log, "sh", "-c", script), "the cgroups are found");
    return new TreeSet<>(Files.readAllLines(log));
  }

  private static int run(Path log, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME", "/root",
                "JAVA_HOME", System.getProperty("java.home"),
                "EXAMPLES_BUILT", "1",
                "EXAMPLES_CONTAINERS", CONTAINERS.toString()));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        fail(List.of(command) + " does not end: " + Files.readString(log));
      }
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
