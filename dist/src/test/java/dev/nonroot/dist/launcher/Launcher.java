package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to start the packed launcher.
 *
 * @param name what to call it in a test's name
 * @param java the JVM
 * @param prefix what comes before the options
 * @param kind what the prefix starts
 */
record Launcher(String name, Path java, List<String> prefix, Kind kind) {
  /** For tests of what may depend on the JVM. */
  static final String ALL = "dev.nonroot.dist.launcher.Launcher#all";

  /** For tests of what cannot depend on the JVM. */
  static final String EACH = "dev.nonroot.dist.launcher.Launcher#each";

  enum Kind {
    JAR,
    SCRIPT,
    NATIVE
  }

  /** The native one, and the jar and the script on every JVM. */
  static List<Launcher> all() throws IOException {
    List<Launcher> all = new ArrayList<>(jars());
    all.add(binary());
    for (Path java : Tree.javas()) {
      String script = Open.tree().resolve("bin/nonroot-launcher").toString();
      all.add(
          new Launcher("script on " + Tree.featureOf(java), java, List.of(script), Kind.SCRIPT));
    }
    return all;
  }

  /** The jar on every JVM. */
  static List<Launcher> jars() throws IOException {
    List<Launcher> jars = new ArrayList<>();
    for (Path java : Tree.javas()) {
      String jar = Open.tree().resolve("nonroot-launcher.jar").toString();
      List<String> prefix = List.of(java.toString(), "-jar", jar, "exec");
      jars.add(new Launcher("jar on " + Tree.featureOf(java), java, prefix, Kind.JAR));
    }
    return jars;
  }

  /** The native one, and the jar on one JVM. */
  static List<Launcher> each() throws IOException {
    return List.of(binary(), jar());
  }

  /** The jar on one JVM. */
  static Launcher jar() throws IOException {
    return jars().get(0);
  }

  /** {@code bin/nonroot}; its JVM is one that a command may be. */
  static Launcher binary() throws IOException {
    Path binary = Open.tree().resolve("bin/nonroot");
    Root.required(Files.exists(binary), "bin/nonroot (built without -DskipNative)");
    return new Launcher("native", Tree.javas().get(0), List.of(binary.toString()), Kind.NATIVE);
  }

  boolean isScript() {
    return kind == Kind.SCRIPT;
  }

  boolean isNative() {
    return kind == Kind.NATIVE;
  }

  /** What it calls itself in its messages. */
  String program() {
    return isNative() ? "nonroot" : "nonroot exec";
  }

  /** The command line of the launcher with options and a command. */
  List<String> line(String... args) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(List.of(args));
    return line;
  }

  Run run(String... args) {
    return under(List.of(), args);
  }

  /** The launcher, started by another command that executes what comes after its own arguments. */
  Run under(List<String> caller, String... args) {
    List<String> all = new ArrayList<>(caller);
    all.addAll(line(args));
    return of(all);
  }

  /** A command that starts the launcher somehow. */
  Run of(List<String> command) {
    Run run = Run.of(command);
    return isScript() ? run.with("JAVA_HOME", java.getParent().getParent().toString()) : run;
  }

  /** A shell as caller: its script ends by executing the launcher. */
  static List<String> shell(String script) {
    return List.of("sh", "-ec", script + "\nexec \"$@\"", "sh");
  }

  /** A shell as caller, as {@link #shell} makes it, in a mount namespace of its own. */
  static List<String> shellWithMounts(String script) {
    List<String> caller = new ArrayList<>(List.of("unshare", "--mount"));
    caller.addAll(shell(script));
    return caller;
  }

  /** The launcher failed by itself: one line, and the command has not run. */
  static void assertFails(int exitCode, String message, Run.Result result) {
    assertEquals(List.of("nonroot: error: " + message), result.errors(), result.toString());
    assertEquals("", result.stdout());
    assertEquals(exitCode, result.exitCode());
  }

  /** The command ran, and nobody complained. */
  static String assertRuns(Run.Result result) {
    assertEquals(List.of(), result.errors(), result.toString());
    assertEquals(0, result.exitCode(), result.toString());
    return result.stdout();
  }

  @Override
  public String toString() {
    return name;
  }
}
