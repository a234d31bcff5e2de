import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;

/**
 * What the agent costs the start of a JVM: a hello world with the agent beside the same with an agent
 * that does nothing, as whole processes, in turn (A B C A B C …), so that a machine that slows down
 * slows all of them down. Needs {@code dist/target/nonroot}, and, to start as root what steps down,
 * root and setpriv.
 *
 * <p>The native library is compared with no agent, each of the two identities by itself.
 *
 * <p>Usage: {@code java bench/AgentStart.java [--native] [RUNS [JAVA_HOME…]]}: 60 runs, and the JDKs
 * below /usr/lib/jvm, if not said; the native library alone with {@code --native}.
 */
final class AgentStart {
  private static final int WARM_UP = 3;
  private static final String HELLO =
      "public class Hello { public static void main(String[] a) { System.out.println(\"hi\"); } }";
  private static final String EMPTY =
      "package agent; public class Empty { public static void premain(String o,"
          + " java.lang.instrument.Instrumentation i) {} }";

  /** What an agent can be that never instruments anything: Java 25 calls it 10 ms faster. */
  private static final String BARE =
      "package agent; public class Bare { public static void premain(String o) {} }";

  private AgentStart() {}

  /** What is started, and the name of what it is compared with. */
  private record Row(List<String> command, String beside) {}

  public static void main(String[] arguments) throws Exception {
    boolean nativeOnly = arguments.length > 0 && arguments[0].equals("--native");
    String[] args = Arrays.copyOfRange(arguments, nativeOnly ? 1 : 0, arguments.length);
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 60;
    Path work = Files.createTempDirectory("nonroot-bench");
    try {
      Path tree = copy(Path.of("dist/target/nonroot"), work.resolve("nonroot"));
      prepare(work);
      List<Path> homes = new ArrayList<>();
      for (int i = 1; i < args.length; i++) {
        homes.add(Path.of(args[i]));
      }
      if (homes.isEmpty()) {
        homes = installed();
      }
      System.out.println("Machine: " + machine());
      for (Path home : homes) {
        if (!nativeOnly) {
          measure(runs, home, agents(home, work, tree));
        }
        measure(runs, home, libraries(home, work, tree));
      }
    } finally {
      delete(work);
    }
  }

  private static Map<String, Row> agents(Path home, Path work, Path tree) {
    List<String> user = user();
    String agent = "-javaagent:" + tree.resolve("nonroot-agent.jar");
    String empty = "empty agent";
    Map<String, Row> rows = new LinkedHashMap<>();
    rows.put("no agent", new Row(java(user, home, work), empty));
    rows.put(
        empty, new Row(java(user, home, work, "-javaagent:" + work.resolve("Empty.jar")), empty));
    rows.put(
        "empty agent without Instrumentation",
        new Row(java(user, home, work, "-javaagent:" + work.resolve("Bare.jar")), empty));
    rows.put("nonroot", new Row(java(user, home, work, agent), empty));
    rows.put(
        "nonroot, action=drop,user=10001",
        new Row(java(user, home, work, agent + "=action=drop,user=10001"), empty));
    rows.put(
        "nonroot, profile=baseline (the whole check)",
        new Row(java(user, home, work, agent + "=profile=baseline"), empty));
    if (isRoot()) {
      rows.put(
          "nonroot as root, stepping down",
          new Row(java(List.of(), home, work, agent + "=action=drop,user=10001"), empty));
    }
    return rows;
  }

  private static Map<String, Row> libraries(Path home, Path work, Path tree) {
    List<String> user = user();
    String library = "-agentpath:" + tree.resolve("lib/libnonroot.so");
    String none = "no agent";
    Map<String, Row> rows = new LinkedHashMap<>();
    rows.put(none, new Row(java(user, home, work), none));
    rows.put("no agent once more", new Row(java(user, home, work), none));
    rows.put("libnonroot.so", new Row(java(user, home, work, library), none));
    if (isRoot()) {
      String asRoot = "no agent, as root";
      rows.put(asRoot, new Row(java(List.of(), home, work), asRoot));
      // What it costs to be that user: nothing of this is an agent's.
      List<String> launcher = List.of(tree.resolve("bin/nonroot").toString(), "-u", "10001", "--");
      rows.put(
          "no agent, made that user by bin/nonroot", new Row(java(launcher, home, work), asRoot));
      rows.put(
          "libnonroot.so as root, stepping down",
          new Row(java(List.of(), home, work, library + "=action=drop,user=10001"), asRoot));
    }
    return rows;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<String> user() {
    return isRoot()
        ? List.of("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups")
        : List.of();
  }

  private static void measure(int runs, Path home, Map<String, Row> rows) throws Exception {
    Map<String, double[]> times = new LinkedHashMap<>();
    rows.keySet().forEach(name -> times.put(name, new double[runs]));
    for (int run = -WARM_UP; run < runs; run++) {
      // Each in each place of the round, as a process feels what ran before it.
      List<String> names = new ArrayList<>(rows.keySet());
      Collections.rotate(names, run);
      for (String name : names) {
        double millis = run(rows.get(name).command());
        if (run >= 0) {
          times.get(name)[run] = millis;
        }
      }
    }
    print(home, runs, rows, times);
  }

  private static List<String> java(List<String> user, Path home, Path work, String... options) {
    List<String> command = new ArrayList<>(user);
    command.add(home.resolve("bin/java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", work.resolve("application").toString(), "Hello"));
    return command;
  }

  private static double run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    long start = System.nanoTime();
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    int code = process.waitFor();
    double millis = (System.nanoTime() - start) / 1e6;
    if (code != 0 || !output.equals("hi\n")) {
      throw new IOException(command + " ended with " + code + ": " + output);
    }
    return millis;
  }

  private static void print(
      Path home, int runs, Map<String, Row> rows, Map<String, double[]> times) throws Exception {
    System.out.println();
    System.out.println(version(home) + ", " + runs + " runs of each in turn:");
    System.out.println();
    System.out.println("| JVM | median | beside | difference | ratio |");
    System.out.println("|---|---|---|---|---|");
    for (Map.Entry<String, double[]> each : times.entrySet()) {
      String beside = rows.get(each.getKey()).beside();
      double[] floor = times.get(beside);
      double[] difference = new double[runs];
      double[] ratio = new double[runs];
      for (int i = 0; i < runs; i++) {
        difference[i] = each.getValue()[i] - floor[i];
        ratio[i] = each.getValue()[i] / floor[i];
      }
      System.out.printf(
          "| %s | %.1f ms | %s | %+.1f ms | %.3f |%n",
          each.getKey(), median(each.getValue()), beside, median(difference), median(ratio));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The agents are not on the class path, from which they would be loaded and not from a jar. */
  private static void prepare(Path work) throws IOException {
    compile(work, work.resolve("application"), "Hello", HELLO);
    compile(work, work, "Empty", EMPTY);
    compile(work, work, "Bare", BARE);
    jar(work, "Empty");
    jar(work, "Bare");
    try (var files = Files.walk(work)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        file.toFile().setReadable(true, false);
        file.toFile().setExecutable(Files.isExecutable(file), false);
      }
    }
  }

  private static void compile(Path work, Path classes, String name, String source)
      throws IOException {
    Path file = Files.writeString(work.resolve(name + ".java"), source);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null, messages, messages, "--release=17", "-d", classes.toString(), file.toString());
    if (result != 0) {
      throw new IOException(messages.toString());
    }
  }

  private static void jar(Path work, String agent) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", "agent." + agent);
    try (OutputStream file = Files.newOutputStream(work.resolve(agent + ".jar"));
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("agent/" + agent + ".class"));
      out.write(Files.readAllBytes(work.resolve("agent/" + agent + ".class")));
      out.closeEntry();
    }
  }

  private static List<Path> installed() throws IOException {
    Map<Integer, Path> homes = new java.util.TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/usr/lib/jvm"))) {
      for (Path home : all) {
        if (Files.isExecutable(home.resolve("bin/java"))
            && Files.isRegularFile(home.resolve("release"))) {
          homes.putIfAbsent(Runtime.Version.parse(release(home)).feature(), home.toRealPath());
        }
      }
    }
    return new ArrayList<>(homes.values());
  }

  private static String release(Path home) throws IOException {
    for (String line : Files.readAllLines(home.resolve("release"))) {
      if (line.startsWith("JAVA_VERSION=")) {
        return line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'));
      }
    }
    throw new IOException(home + " names no version");
  }

  private static String version(Path home) throws IOException {
    return "JDK " + release(home);
  }

  private static String machine() throws IOException {
    String model = "unknown processor";
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        model = line.substring(line.indexOf(':') + 2);
        break;
      }
    }
    return Runtime.getRuntime().availableProcessors() + " cores of " + model + ", Linux "
        + System.getProperty("os.version");
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target);
        target.toFile().setReadable(true, false);
        target.toFile().setExecutable(Files.isExecutable(file), false);
      }
    }
    return to;
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
