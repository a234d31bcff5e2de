package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each example that has containers; they judge for themselves, and share their images. */
class ContainersIT {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath();
  private static final Path SCRIPT = EXAMPLES.resolveSibling("src/script/containers");
  private static final Path CONTAINERS = EXAMPLES.resolve("target/containers");
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  /** What was left before. */
  private static Set<String> cgroups = Set.of();

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
    Outcome outcome = run(EXAMPLES.resolve(example).resolve("run.sh").toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().endsWith("All of it was as it should be.\n"), outcome.output());
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    if (Files.exists(CONTAINERS)) {
      Outcome removal = run(SCRIPT.toString(), "remove", CONTAINERS.toString());
      assertEquals(0, removal.exitCode(), removal.output());
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
    String script =
        """
        find /sys/fs/cgroup -maxdepth 3 -path '*/libpod_parent/*' ! -name conmon -type d 2>/dev/null \
          | while read -r cgroup; do
            find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null | grep -q . || echo "$cgroup"
          done
        """;
    Outcome found = run("sh", "-c", script);
    assertEquals(0, found.exitCode(), found.output());
    return new TreeSet<>(found.output().lines().toList());
  }

  private static Outcome run(String... command) throws Exception {
    return Outcome.of(
        PATIENCE,
        Map.of(
            "HOME", "/root",
            "EXAMPLES_BUILT", "1",
            "EXAMPLES_CONTAINERS", CONTAINERS.toString()),
        command);
  }
}
