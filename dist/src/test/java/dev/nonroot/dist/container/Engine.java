package dev.nonroot.dist.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;

/**
 * podman, with settings, images and containers of its own below target. What is in the pom removes
 * all of it after the tests; images are made when a test asks for them first.
 */
final class Engine {
  /** Where podman has everything. */
  static final Path DIRECTORY = Tree.root().resolveSibling("containers");

  private static final Path SCRIPT =
      Tree.root().getParent().getParent().resolveSibling("src/script/containers");
  private static final Path APP = Path.of("src/test/java/dev/nonroot/dist/app");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Set<String> MADE = new HashSet<>();

  private Engine() {}

  /** A command of podman's. */
  static Run podman(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("podman"));
    command.addAll(arguments);
    return Run.of(command)
        .with("CONTAINERS_CONF", DIRECTORY.resolve("containers.conf").toString())
        .with("CONTAINERS_STORAGE_CONF", DIRECTORY.resolve("storage.conf").toString());
  }

  static Run podman(String... arguments) {
    return podman(Arrays.asList(arguments));
  }

  /** Runs a command of podman's that has to succeed. */
  static String ok(String... arguments) throws IOException, InterruptedException {
    return ok(podman(arguments));
  }

  /** Runs a command that has to succeed, and may take a while. */
  static String ok(Run run) throws IOException, InterruptedException {
    Run.Result result = run.timeout(PATIENCE).go();
    assertEquals(0, result.exitCode(), result.toString());
    return result.stdout().strip();
  }

  /** The image of a base with /opt/nonroot and /opt/app, whose classes are for Java 8. */
  static String image(Base base) throws IOException, InterruptedException {
    String from = base(base);
    return build(
        "localhost/nonroot-test:" + base.tag(),
        "FROM " + from,
        "COPY --from=localhost/nonroot /opt/nonroot /opt/nonroot",
        "COPY app /opt/app");
  }

  /** An image as the lines of a Dockerfile make it; once. */
  static synchronized String build(String name, String... dockerfile)
      throws IOException, InterruptedException {
    if (MADE.add(name)) {
      tools();
      Path file = context().resolve(name.replaceAll("[^a-z0-9]+", "-") + ".Dockerfile");
      Files.write(file, Arrays.asList(dockerfile));
      ok("build", "--network=none", "-t", name, "-f", file.toString(), context().toString());
    }
    return name;
  }

  /** The image that holds /opt/nonroot and nothing else, as the project builds it. */
  static synchronized String tools() throws IOException, InterruptedException {
    String name = "localhost/nonroot";
    start();
    if (MADE.add(name)) {
      Path dockerfile = SCRIPT.resolveSibling("../../dist/src/main/container/Dockerfile");
      ok("build", "-t", name, "-f", dockerfile.toString(), Tree.root().toString());
    }
    return name;
  }

  private static synchronized String base(Base base) throws IOException, InterruptedException {
    start();
    String name = "localhost/base:" + base.baseTag();
    if (MADE.add(name)) {
      List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
      command.addAll(base.script(DIRECTORY.toString(), name));
      ok(Run.of(command));
    }
    return name;
  }

  /** The classes of the test applications, those that every Java runs for Java 8. */
  private static Path context() throws IOException {
    Path context = DIRECTORY.resolve("context");
    Path classes = context.resolve("app");
    if (MADE.add("app")) {
      Files.createDirectories(classes);
      String[] options = {
        "--release",
        "8",
        "-Xlint:-options",
        "-d",
        classes.toString(),
        APP.resolve("WhoAmI.java").toString(),
        APP.resolve("Serves.java").toString()
      };
      int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, options);
      assertEquals(0, code, "javac " + APP);
      String spawns = "dev/nonroot/dist/app/Spawns.class"; // for those Javas that the agent is for
      Files.copy(Path.of("target/test-classes", spawns), classes.resolve(spawns));
    }
    return context;
  }

  private static void start() throws IOException, InterruptedException {
    Root.required();
    if (MADE.add("")) {
      ok(Run.of(SCRIPT.toString(), "start", DIRECTORY.toString()));
    }
  }
}
