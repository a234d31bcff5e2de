package dev.nonroot.dist.container;

import java.util.ArrayList;
import java.util.List;

/** How nonroot comes into a container, and what it is told to do there. */
enum FrontEnd {
  JAR_REFUSES("-javaagent:/opt/nonroot/nonroot-agent.jar"),
  JAR_STEPS_DOWN("-javaagent:/opt/nonroot/nonroot-agent.jar=action=drop,user=10001"),
  LIBRARY_REFUSES("-agentpath:/opt/nonroot/lib/libnonroot.so"),
  LIBRARY_STEPS_DOWN("-agentpath:/opt/nonroot/lib/libnonroot.so=action=drop,user=10001"),
  BINARY("/opt/nonroot/bin/nonroot -u 10001 --"),
  LAUNCHER_JAR("-jar /opt/nonroot/nonroot-launcher.jar exec -u 10001 --");

  /** The flags of docs/launcher.md; the application's JVM has the last three. */
  private static final List<String> LAUNCHER_FLAGS =
      List.of(
          "-XX:-UsePerfData",
          "-XX:-MaxFDLimit",
          "-Xrs",
          "-XX:+DisableAttachMechanism",
          "-XX:-UseDynamicNumberOfCompilerThreads",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-XX:+UseSerialGC");

  private final String words;

  FrontEnd(String words) {
    this.words = words;
  }

  boolean isLauncher() {
    return this == BINARY || this == LAUNCHER_JAR;
  }

  boolean onlyChecks() {
    return this == JAR_REFUSES || this == LIBRARY_REFUSES;
  }

  /** The jars need Java 17. */
  boolean needsNoJar() {
    return this == LIBRARY_REFUSES || this == LIBRARY_STEPS_DOWN || this == BINARY;
  }

  /** The command of a container that runs an application of /opt/app, and waits. */
  List<String> command(String java, String application) {
    List<String> command = new ArrayList<>();
    if (this == LAUNCHER_JAR) {
      command.add(java);
      command.addAll(LAUNCHER_FLAGS);
    }
    if (isLauncher()) {
      command.addAll(List.of(words.split(" ", -1)));
    }
    command.add(java);
    command.addAll(LAUNCHER_FLAGS.subList(5, LAUNCHER_FLAGS.size()));
    if (!isLauncher()) {
      command.addAll(List.of(words.split(" ", -1)));
    }
    command.addAll(List.of("-cp", "/opt/app", "dev.nonroot.dist.app." + application, "wait"));
    return command;
  }
}
