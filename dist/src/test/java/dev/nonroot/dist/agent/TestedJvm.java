package dev.nonroot.dist.agent;

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
 * A JVM with an agent of the packed tree. What both agents claim is tested with both.
 *
 * @param java the JVM's {@code bin/java}
 * @param frontEnd which agent
 */
record TestedJvm(Path java, FrontEnd frontEnd) {
  /** Without the second compiler the start takes two thirds of the processor's time. */
  static final String SHORT_LIFE = "-XX:TieredStopAtLevel=1";

  /** The agents. */
  enum FrontEnd {
    JAR("-javaagent:", "nonroot-agent.jar"),
    LIBRARY("-agentpath:", "lib/libnonroot.so");

    private final String option;
    private final String file;

    FrontEnd(String option, String file) {
      this.option = option;
      this.file = file;
    }
  }

  /** Each agent on each Java. */
  static List<TestedJvm> all() throws IOException {
    List<TestedJvm> all = withJar();
    if (isLibraryThere()) {
      all.addAll(withLibrary());
    } else if ("true".equals(System.getenv("CI"))) {
      throw new IOException("in CI nothing is skipped: there is no lib/libnonroot.so");
    } else {
      System.err.println("SKIPPED: lib/libnonroot.so is not built (-DskipNative)");
    }
    return all;
  }

  /** The jar on each Java: for what is about the jar alone. */
  static List<TestedJvm> withJar() throws IOException {
    return with(FrontEnd.JAR);
  }

  private static List<TestedJvm> with(FrontEnd frontEnd) throws IOException {
    List<TestedJvm> all = new ArrayList<>();
    for (Path java : Tree.javas()) {
      all.add(new TestedJvm(java, frontEnd));
    }
    return all;
  }

  /** Each agent on the oldest Java: for what does not depend on Java. */
  static List<TestedJvm> onOldest() throws IOException {
    Path oldest = Tree.javas().get(0);
    return all().stream().filter(jvm -> jvm.java().equals(oldest)).toList();
  }

  /** The library on each Java; the test is skipped where it is not built. */
  static List<TestedJvm> withLibrary() throws IOException {
    Root.required(isLibraryThere(), "needs lib/libnonroot.so, which -DskipNative leaves out");
    return with(FrontEnd.LIBRARY);
  }

  private static boolean isLibraryThere() {
    return Files.exists(Tree.root().resolve(FrontEnd.LIBRARY.file));
  }

  boolean isJar() {
    return frontEnd == FrontEnd.JAR;
  }

  /** {@code -javaagent:…} or {@code -agentpath:…}, with options if there are any. */
  String agent(String options) {
    return agent(Open.tree(), options);
  }

  /** The same of another tree. */
  String agent(Path tree, String options) {
    return frontEnd.option + tree.resolve(frontEnd.file) + (options.isEmpty() ? "" : "=" + options);
  }

  /** The command of an application under the agent, with a JVM that is made for a short life. */
  List<String> command(String options, String main, String... args) {
    List<String> command = new ArrayList<>(List.of(java.toString(), agent(options)));
    command.addAll(List.of("-cp", Open.classes().toString(), SHORT_LIFE));
    command.add("dev.nonroot.dist.app." + main);
    command.addAll(List.of(args));
    return command;
  }

  /** The same without the agent. */
  List<String> commandWithoutAgent(String main, String... args) {
    List<String> command = command("", main, args);
    command.remove(1);
    return command;
  }

  Run.Result run(String options, String main, String... args)
      throws IOException, InterruptedException {
    return Run.of(command(options, main, args)).go();
  }

  /** Another command of the same JDK. */
  String tool(String name) {
    return java.resolveSibling(name).toString();
  }

  @Override
  public String toString() {
    return frontEnd + " on " + java;
  }
}
