package dev.nonroot.dist.agent;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a test application under the packed agent. */
final class AgentRun {
  static final int USER = 10001;
  static final String REFUSED = "nonroot: refused: this JVM runs as root (uid 0) [root-uid]";
  static final String FIX =
      "nonroot: fix: USER 10001 in the Dockerfile, docker run --user 10001,"
          + " securityContext.runAsUser/runAsNonRoot, or ENTRYPOINT"
          + " [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]";

  private AgentRun() {}

  /** {@code -javaagent:…}, with options if there are any. */
  static String agent(String options) {
    return "-javaagent:" + Open.agentJar() + (options.isEmpty() ? "" : "=" + options);
  }

  /** The command of an application under the agent. */
  static List<String> command(Path java, String options, String main, String... args) {
    List<String> command = new ArrayList<>(List.of(java.toString(), agent(options)));
    command.addAll(List.of("-cp", Open.classes().toString(), "dev.nonroot.dist.app." + main));
    command.addAll(List.of(args));
    return command;
  }

  static Run.Result run(Path java, String options, String main, String... args)
      throws IOException, InterruptedException {
    return Run.of(command(java, options, main, args)).go();
  }

  /** The same as a user who is not root and holds nothing. */
  static Run asUser(List<String> command) {
    return asUser(USER, command);
  }

  static Run asUser(int uid, List<String> command) {
    List<String> all =
        new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
    all.addAll(command);
    return Run.of(all);
  }

  /** The same after a shell script, in a mount namespace of its own. */
  static Run inNamespace(String script, List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec"));
    all.add(script + "\nexec \"$@\"");
    all.add("sh");
    all.addAll(command);
    return Run.of(all);
  }
}
