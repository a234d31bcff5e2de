package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the quickstart, which judges for itself, and looks at what it says. It runs in a copy, so
 * that an ordinary user has access to it, and that a build at the same time does no harm.
 */
class QuickstartIT {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
  private static final String TREE = "dist/target/nonroot";
  private static final String QUICKSTART = "examples/quickstart";
  private static final String STEPPED_DOWN =
      """
         inside   user\\.name: \\?
                  root's file, mode 0600: Permission denied
                  set-user-ID root program: uid 10001
         outside  \\d+ threads, all uid 10001, gid 10001, groups 10001, no capabilities, no_new_privs 1
      """;
  private static final String ROOT =
      """
         inside   user\\.name: root
                  root's file, mode 0600: the database password
                  set-user-ID root program: uid 0
         outside  \\d+ threads, all uid 0, gid 0, .*
      """;
  private static final long MINUTES = 5;

  @TempDir Path copy;

  private String stdout = "";

  @BeforeEach
  void copyAll() throws Exception {
    copyOf(TREE);
    for (String part : new String[] {"run.sh", "conf", "webapp"}) {
      copyOf(QUICKSTART + "/" + part);
    }
    Path target = Path.of(QUICKSTART, "target");
    try (DirectoryStream<Path> tomcats =
        Files.newDirectoryStream(REPOSITORY.resolve(target), "apache-tomcat-*")) {
      for (Path tomcat : tomcats) {
        copyOf(target.resolve(tomcat.getFileName()).toString());
      }
    }
    execute("chmod", "-R", "go+rX", copy.toString());
  }

  private void copyOf(String path) throws Exception {
    Path to = copy.resolve(path);
    Files.createDirectories(to.getParent());
    execute("cp", "-R", REPOSITORY.resolve(path).toString(), to.toString());
  }

  private int quickstart(String... before) throws Exception {
    List<String> command = new ArrayList<>(Arrays.asList(before));
    command.add(copy.resolve(QUICKSTART).resolve("run.sh").toString());
    return execute(command.toArray(new String[0]));
  }

  /** Runs a command, with its output in {@link #stdout}. */
  private int execute(String... command) throws Exception {
    Outcome outcome =
        Outcome.of(Duration.ofMinutes(MINUTES), Map.of("QUICKSTART_BUILT", "1"), command);
    stdout = outcome.output();
    return outcome.exitCode();
  }

  private void assertShows(String lines) {
    assertTrue(Pattern.compile(lines).matcher(stdout).find(), () -> lines + " in " + stdout);
  }

  private void assertNothingIsLeft() throws IOException {
    try (DirectoryStream<Path> work =
        Files.newDirectoryStream(
            copy.resolve(QUICKSTART).resolve("target"), "nonroot-quickstart.*")) {
      assertEquals(List.of(), toList(work));
    }
    assertTrue(
        ProcessHandle.allProcesses()
            .noneMatch(p -> p.info().commandLine().orElse("").contains(copy.toString())),
        "no process is left");
  }

  private static List<Path> toList(Iterable<Path> paths) {
    List<Path> list = new ArrayList<>();
    paths.forEach(list::add);
    return list;
  }

  /** Where it is not, the quickstart says so; in CI that does not happen. */
  private static boolean isLibraryBuilt() {
    boolean built = Files.exists(REPOSITORY.resolve(TREE).resolve("lib/libnonroot.so"));
    assertTrue(built || !"true".equals(System.getenv("CI")), "in CI nothing is left out");
    return built;
  }

  @Test
  @Timeout(value = 2 * MINUTES, unit = TimeUnit.MINUTES)
  void rootSeesWhoEachServerIs() throws Exception {
    Root.required("the quickstart as root");
    assertEquals(0, quickstart(), () -> stdout);
    assertShows("(?m)^1\\. [^$]*\\$ catalina.sh run\n" + ROOT);
    assertShows("(?m)^2\\. [^$]*\\$ JAVA_TOOL_OPTIONS=.*=action=warn,.*\n" + ROOT);
    assertShows(" nonroot: warning: this JVM runs as root \\(uid 0\\) \\[root-uid\\]\n");
    assertShows(
        """
           log      nonroot: refused: this JVM runs as root \\(uid 0\\) \\[root-uid\\]
                    nonroot: fix: USER 10001 in the Dockerfile, .*
           exit     77
        """);
    assertShows("(?m)^4\\. [^$]*\\$ JAVA_TOOL_OPTIONS=.*=action=drop,.*\n" + STEPPED_DOWN);
    assertShows(
        isLibraryBuilt()
            ? "(?m)^5\\. [^$]*\\$ JAVA_TOOL_OPTIONS=-agentpath:.*=action=drop,.*\n" + STEPPED_DOWN
            : "   left out lib/libnonroot\\.so is not built: ");
    assertShows("(?m)^6\\. [^$]*\\$ JAVA_TOOL_OPTIONS=.* nonroot-launcher .*\n" + STEPPED_DOWN);
    assertShows("\nAll of it was as it should be\\.\n$");
    assertNothingIsLeft();
  }

  @Test
  @Timeout(value = 2 * MINUTES, unit = TimeUnit.MINUTES)
  void anOrdinaryUserSeesThatNothingIsDone() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String launcher = copy.resolve(TREE).resolve("nonroot-launcher.jar").toString();
    int exitCode =
        Root.is() ? quickstart(java, "-jar", launcher, "exec", "-u", "10001", "--") : quickstart();
    assertEquals(0, exitCode, () -> stdout);
    assertShows("(?m)^You are uid [1-9]\\d*\\. ");
    assertShows(
        "(?m)^   outside  \\d+ threads, all uid [1-9]\\d*, .*\n   => .* the agent is silent");
    assertShows("(?m)^   outside  .*, no capabilities, no_new_privs 1\n   => .* runs as you");
    assertShows("\nAll of it was as it should be\\.\n$");
    assertNothingIsLeft();
  }

  @Test
  @Timeout(value = 2 * MINUTES, unit = TimeUnit.MINUTES)
  void anAgentThatDoesNothingIsNoticed() throws Exception {
    Root.required("the quickstart as root");
    replaceAgent();
    assertEquals(1, quickstart(), () -> stdout);
    assertShows("FAILED   there is no warning \\[root-uid\\]\n");
    assertShows("FAILED   the exit code is '', and should be '77'\n");
    assertShows("FAILED   what it reads of root's file is 'the database password', and should be ");
    assertShows("\n\\d+ of the expectations failed\\.\n");
    assertNothingIsLeft();
  }

  private void replaceAgent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", IdleAgent.class.getName());
    String name = IdleAgent.class.getName().replace('.', '/') + ".class";
    try (OutputStream file =
            Files.newOutputStream(copy.resolve(TREE).resolve("nonroot-agent.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest);
        InputStream in = IdleAgent.class.getClassLoader().getResourceAsStream(name)) {
      jar.putNextEntry(new JarEntry(name));
      in.transferTo(jar);
      jar.closeEntry();
    }
  }
}
