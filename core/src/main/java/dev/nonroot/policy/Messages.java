package dev.nonroot.policy;

import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Ids;

/** The texts about what breaks the policy. */
final class Messages {
  /** The way out for a JVM that runs as root. */
  static final String FIX_ROOT =
      "USER 10001 in the Dockerfile, docker run --user 10001,"
          + " securityContext.runAsUser/runAsNonRoot,"
          + " or ENTRYPOINT [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]";

  /** The way out for {@link dev.nonroot.policy.Rule#ROOT_GID}. */
  static final String FIX_ROOT_GID =
      "USER 10001:10001 in the Dockerfile, docker run --user 10001:10001,"
          + " or securityContext.runAsGroup";

  /** The way out for {@link dev.nonroot.policy.Rule#ROOT_GROUPS}. */
  static final String FIX_ROOT_GROUPS =
      "take the group out of docker run --group-add, securityContext.supplementalGroups,"
          + " or the user's line in /etc/group";

  /** The way out for {@link dev.nonroot.policy.Rule#CAPABILITIES}. */
  static final String FIX_CAPABILITIES =
      "docker run --cap-drop ALL, securityContext.capabilities.drop [\"ALL\"],"
          + " or accept them by allow-caps";

  /** What was seen for {@link dev.nonroot.policy.Rule#NO_NEW_PRIVS}. */
  static final String NO_NEW_PRIVS_OFF = "no_new_privs is off for this JVM";

  /** The way out for {@link dev.nonroot.policy.Rule#NO_NEW_PRIVS}. */
  static final String FIX_NO_NEW_PRIVS =
      "docker run --security-opt no-new-privileges,"
          + " or securityContext.allowPrivilegeEscalation false";

  /** What was seen for {@link dev.nonroot.policy.Rule#SECCOMP}. */
  static final String SECCOMP_OFF = "no seccomp filter is on this JVM";

  /** The way out for {@link dev.nonroot.policy.Rule#SECCOMP}. */
  static final String FIX_SECCOMP =
      "no --security-opt seccomp=unconfined, or"
          + " securityContext.seccompProfile.type RuntimeDefault";

  /** The way out for {@link dev.nonroot.policy.Rule#UNKNOWN_IDENTITY}. */
  static final String FIX_UNKNOWN_IDENTITY =
      "mount /proc in the container, or keep /opt/nonroot/lib beside the agent so that system calls"
          + " can be asked";

  /** The way out where only a thread breaks a rule. */
  static final String FIX_THREAD =
      "give root up on all threads before the JVM is made: setresuid of the C library does that, the"
          + " system call by itself changes one thread";

  private Messages() {}

  /** What was seen of the process, said of one thread. */
  static String ofThread(String message, String tid) {
    return "thread " + tid + " is not who the process is: " + message;
  }

  static String rootUid(Ids uid, boolean userns) {
    String who =
        uid.effective() == 0
            ? "this JVM runs as root (uid 0)"
            : "this JVM can become root again (real, effective, saved and filesystem uid "
                + uid
                + ")";
    return userns ? who + " of a user namespace that is unprivileged outside" : who;
  }

  static String rootGid(Ids gid) {
    return gid.effective() == 0
        ? "this JVM runs with root's group (gid 0)"
        : "this JVM can take root's group (real, effective, saved and filesystem gid " + gid + ")";
  }

  static String rootGroup(long gid) {
    return gid == 0
        ? "this JVM has root's group among its supplementary groups (gid 0)"
        : "this JVM is in a group that amounts to root (gid " + gid + " in /etc/group)";
  }

  static String unknownGroups(String reason) {
    return "which groups amount to root cannot be found out: " + reason;
  }

  static String uidRange(long uid, int minUid) {
    return "this JVM runs as uid " + uid + ", which is below min-uid " + minUid;
  }

  /** The way out. */
  static String fixUidRange(int minUid) {
    return "a user with a uid of at least " + minUid + ", or min-uid";
  }

  static String capabilities(long set) {
    return "this JVM holds capabilities: " + Capability.names(set);
  }

  static String unknownIdentity(String reason) {
    return "who this JVM runs as cannot be found out: " + reason;
  }
}
