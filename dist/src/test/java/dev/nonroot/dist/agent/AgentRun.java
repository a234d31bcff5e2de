package dev.nonroot.dist.agent;

import dev.nonroot.dist.Run;
import java.util.ArrayList;
import java.util.List;

/** Who and where a command is run by, and what root is told. */
final class AgentRun {
  static final int USER = 10001;
  static final String REFUSED = "nonroot: refused: this JVM runs as root (uid 0) [root-uid]";
  static final String FIX =
      "nonroot: fix: USER 10001 in the Dockerfile, docker run --user 10001,"
          + " securityContext.runAsUser/runAsNonRoot, or ENTRYPOINT"
          + " [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]";

  private AgentRun() {}

  /** A command as a user who is not root and holds nothing. */
  static Run asUser(List<String> command) {
    return asUser(USER, command);
  }

  static Run asUser(int uid, List<String> command) {
    List<String> all =
        new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
    all.addAll(command);
    return Run.of(all);
  }

  /** A command after a shell script, in a mount namespace of its own. */
  static Run inNamespace(String script, List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec"));
    all.add(script + "\nexec \"$@\"");
    all.add("sh");
    all.addAll(command);
    return Run.of(all);
  }
}
