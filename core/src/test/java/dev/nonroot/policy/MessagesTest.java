package dev.nonroot.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.identity.Ids;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void theFixForRootIsTheOneOfTheContract() {
    assertEquals(
        "USER 10001 in the Dockerfile, docker run --user 10001,"
            + " securityContext.runAsUser/runAsNonRoot, or"
            + " ENTRYPOINT [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]",
        Messages.FIX_ROOT);
  }

  @Test
  void rootIsNamedByWhatItCanDo() {
    assertEquals("this JVM runs as root (uid 0)", Messages.rootUid(new Ids(5, 0, 5, 5), false));
    assertEquals(
        "this JVM can become root again (real, effective, saved and filesystem uid 5 5 0 5)",
        Messages.rootUid(new Ids(5, 5, 0, 5), false));
    assertEquals(
        "this JVM runs as root (uid 0) of a user namespace that is unprivileged outside",
        Messages.rootUid(new Ids(0, 0, 0, 0), true));
    assertEquals("this JVM runs with root's group (gid 0)", Messages.rootGid(new Ids(5, 0, 5, 5)));
    assertEquals(
        "this JVM can take root's group (real, effective, saved and filesystem gid 0 5 5 5)",
        Messages.rootGid(new Ids(0, 5, 5, 5)));
  }
}
