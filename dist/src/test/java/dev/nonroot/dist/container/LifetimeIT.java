package dev.nonroot.dist.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nonroot.dist.Root;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that lives for a while: its processes, its memory, and its end. */
class LifetimeIT {
  private static final Base BASE = Base.running();

  @BeforeAll
  static void isRoot() throws IOException {
    Root.required();
  }

  private static String state(String container, String field) throws Exception {
    return Engine.ok("inspect", "--format", "{{.State." + field + "}}", container);
  }

  @ParameterizedTest
  @EnumSource(
      value = FrontEnd.class,
      names = {"JAR_STEPS_DOWN", "LIBRARY_STEPS_DOWN", "BINARY", "LAUNCHER_JAR"})
  void theApplicationIsTheOnlyProcessAndIsTold(FrontEnd frontEnd) throws Exception {
    String name = "lifetime-" + frontEnd.name().toLowerCase(Locale.ROOT);
    List<String> run = new ArrayList<>(List.of("run", "--detach", "--name", name));
    run.add(Engine.image(BASE));
    run.addAll(frontEnd.command(BASE.java(), "Serves"));
    Engine.ok(run.toArray(new String[0]));
    try {
      Container.waitUntil(() -> Engine.ok("logs", name).contains("ready"), "ready");
      Path process = Path.of("/proc", state(name, "Pid"));
      assertEquals(1, processesWith(process), "processes in the container");
      assertEquals("java", Files.readSymbolicLink(process.resolve("exe")).getFileName().toString());
      if (frontEnd.isLauncher()) {
        assertNothingOfNonrootIsIn(process);
      }
      Engine.ok("stop", "--time", "20", name);
      assertEquals("143", state(name, "ExitCode"), "128 + SIGTERM");
      assertEquals("ready\nshutdown hook", Engine.ok("logs", name));
    } finally {
      Engine.ok("rm", "--force", name);
    }
  }

  /** How many processes share a process's pid namespace. */
  private static long processesWith(Path process) throws IOException {
    Path namespace = Files.readSymbolicLink(process.resolve("ns/pid"));
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(other -> other.getFileName().toString().matches("\\d+"))
          .filter(other -> isIn(other, namespace))
          .count();
    }
  }

  private static boolean isIn(Path process, Path namespace) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/pid")).equals(namespace);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static void assertNothingOfNonrootIsIn(Path process) throws IOException {
    String maps = Files.readString(process.resolve("maps"), StandardCharsets.ISO_8859_1);
    assertFalse(maps.contains("nonroot"), maps);
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String file = Files.readSymbolicLink(descriptor).toString();
        assertFalse(file.contains("nonroot"), file);
      }
    }
  }
}
