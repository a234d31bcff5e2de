package dev.nonroot.dist.container;

import java.util.ArrayList;
import java.util.List;

/** Who the first process of a container is, by options of {@code podman run}. */
enum Identity {
  DEFAULT(root(), ""),
  USER_9000(user(9000, 0), "--user 9000"),
  USER_AND_GROUP(user(1001, 1001), "--user 1001:1001"),
  ROOT_IN_ANOTHER_GROUP(root(), "--user 0:1001"),
  USER_IN_GROUP_0(user(1001, 0), "--user 1001:0"),
  OPENSHIFT(
      user(1000670000, 0), "--user 1000670000:0 --cap-drop ALL --security-opt no-new-privileges"),
  USER_NAMESPACE(
      new Start(0, 0, true, true, false), "--uidmap 0:100000:65536 --gidmap 0:100000:65536"),
  NO_CAPABILITIES(weakRoot(), "--cap-drop ALL"),
  SETUID_ALONE(weakRoot(), "--cap-drop ALL --cap-add SETUID"),
  SETGID_ALONE(weakRoot(), "--cap-drop ALL --cap-add SETGID"),
  CHOWN_ALONE(weakRoot(), "--cap-drop ALL --cap-add CHOWN"),
  SETUID_AND_SETGID(root(), "--cap-drop ALL --cap-add SETUID,SETGID"),
  USER_WITH_A_CAPABILITY(
      new Start(1001, 1001, false, false, true),
      "--user 1001:1001 --cap-drop ALL --cap-add NET_BIND_SERVICE"),
  ROOT_WITHOUT_NEW_PRIVILEGES(root(), "--security-opt no-new-privileges"),
  USER_WITHOUT_NEW_PRIVILEGES(
      user(1001, 1001), "--user 1001:1001 --security-opt no-new-privileges"),
  PRIVILEGED(root(), "--privileged");

  @SuppressWarnings("ImmutableEnumChecker") // a record of primitives
  private final Start start;

  private final String options;

  Identity(Start start, String options) {
    this.start = start;
    this.options = options;
  }

  /**
   * What a process with it is.
   *
   * @param uid its uid in the container
   * @param gid its gid there
   * @param canStepDown whether it has CAP_SETUID and CAP_SETGID over uid 10001
   * @param inUserNamespace whether uid 0 is somebody else outside
   * @param holdsCapability whether it is no root, and holds a capability all the same
   */
  record Start(
      int uid, int gid, boolean canStepDown, boolean inUserNamespace, boolean holdsCapability) {
    boolean isRoot() {
      return uid == 0;
    }
  }

  private static Start root() {
    return new Start(0, 0, true, false, false);
  }

  private static Start weakRoot() {
    return new Start(0, 0, false, false, false);
  }

  private static Start user(int uid, int gid) {
    return new Start(uid, gid, false, false, false);
  }

  Start start() {
    return start;
  }

  boolean isWithoutNewPrivileges() {
    return options.contains("no-new-privileges");
  }

  /** A list that the caller may add to. */
  List<String> options() {
    return new ArrayList<>(options.isEmpty() ? List.of() : List.of(options.split(" ", -1)));
  }

  /** What outside is added to an id of inside. */
  int offset() {
    return start.inUserNamespace() ? 100000 : 0;
  }
}
