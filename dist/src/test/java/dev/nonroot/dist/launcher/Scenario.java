package dev.nonroot.dist.launcher;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs of the native launcher that make between them every system call that matters. */
enum Scenario {
  PLAIN("", "-u 10001"),
  NAME_WITH_GROUPS("", "-u www-data --groups 33,44"),
  CAPABILITY("", "-u 10001 --cap NET_BIND_SERVICE"),
  OWN("", "-u 10001 --own OWN"),
  MKDIR("", "-u 10001 --mkdir PROVIDED/new:0750"),
  COPY("", "-u 10001 --copy /usr/lib/os-release:PROVIDED/copy"),
  LIMITS("", "-u 10001 --rlimit nofile=100:200 --chdir / --umask 022"),
  ALLOW_NEW_PRIVS("setpriv --inh-caps=+chown", "-u nobody --allow-new-privs"),
  /** With an environment that takes more memory than is there without asking for it. */
  NOT_ROOT(
      "setpriv --reuid=10001 --regid=10001 --clear-groups env LARGE=" + "x".repeat(100_000),
      "-u 10001"),
  GOSU("setpriv --inh-caps=+chown", "nobody:7");

  private final String caller;
  private final String arguments;

  Scenario(String caller, String arguments) {
    this.caller = caller;
    this.arguments = arguments;
  }

  /** The exit code where it fails by itself. */
  int failure() {
    return this == GOSU ? 1 : 125;
  }

  /** The exit code where a file in /etc cannot be read. */
  int badFile() {
    return this == GOSU ? 1 : 78;
  }

  /** How its line on stderr starts. */
  String start() {
    return this == GOSU ? "error: " : "nonroot: error: ";
  }

  /** The launcher, started by a tracer. */
  Run run(List<String> tracer) throws IOException, InterruptedException {
    Path own = this == OWN ? tree() : Open.directory();
    List<String> all = new ArrayList<>();
    if (!caller.isEmpty()) {
      all.addAll(List.of(caller.split(" ")));
    }
    all.addAll(tracer);
    all.add(this == GOSU ? gosu().toString() : Launcher.binary().prefix().get(0));
    String provided = emptied().toString();
    all.addAll(
        List.of(arguments.replace("OWN", own.toString()).replace("PROVIDED", provided).split(" ")));
    all.addAll(Trace.COMMAND);
    return Run.of(all);
  }

  /** Where things are made: a directory of root's that is empty. */
  private static Path emptied() throws IOException {
    Path provided = Files.createDirectories(Open.directory().resolve("provided"));
    for (String name : provided()) {
      Files.delete(provided.resolve(name));
    }
    return provided;
  }

  /** What is there now. */
  static List<String> provided() throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Open.directory().resolve("provided"))) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  /** One of root's, with a directory of the user's in it, where a file of root's is. */
  private static Path tree() throws IOException, InterruptedException {
    Path own = Open.directory().resolve("own");
    Path users = own.resolve("users");
    Files.createDirectories(own.resolve("below"));
    Files.createDirectories(users);
    Files.writeString(users.resolve("roots"), "");
    for (Path each : List.of(own, own.resolve("below"), users, users.resolve("roots"))) {
      Files.setAttribute(each, "unix:uid", each.equals(users) ? 10001 : 0);
      Files.setAttribute(each, "unix:gid", 0);
    }
    Thread.sleep(100); // what was changed in the last 50 ms is looked at twice
    return own;
  }

  /** The native launcher by the name of gosu. */
  static Path gosu() throws IOException {
    return link("gosu");
  }

  static Path link(String name) throws IOException {
    Path link = Open.tree().resolve("bin").resolve(name);
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, Path.of(Launcher.binary().prefix().get(0)));
    }
    return link;
  }
}
