package dev.nonroot;

/**
 * Every text that nonroot prints, but for the launcher's help. A message says what was seen, the
 * rule, and what to do about it, on one line.
 */
public final class Messages {
  private static final String PREFIX = "nonroot: ";

  /** How much of a command is said, in bytes. */
  private static final int MAX_COMMAND = 1000;

  /** The way out for a JVM that runs as root. */
  public static final String FIX_ROOT =
      "USER 10001 in the Dockerfile, docker run --user 10001,"
          + " securityContext.runAsUser/runAsNonRoot,"
          + " or ENTRYPOINT [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]";

  /** The way out for {@link dev.nonroot.policy.Rule#ROOT_GID}. */
  public static final String FIX_ROOT_GID =
      "USER 10001:10001 in the Dockerfile, docker run --user 10001:10001,"
          + " or securityContext.runAsGroup";

  /** The way out for {@link dev.nonroot.policy.Rule#ROOT_GROUPS}. */
  public static final String FIX_ROOT_GROUPS =
      "take the group out of docker run --group-add, securityContext.supplementalGroups,"
          + " or the user's line in /etc/group";

  /** The way out for {@link dev.nonroot.policy.Rule#CAPABILITIES}. */
  public static final String FIX_CAPABILITIES =
      "docker run --cap-drop ALL, securityContext.capabilities.drop [\"ALL\"],"
          + " or accept them by allow-caps";

  /** What was seen for {@link dev.nonroot.policy.Rule#NO_NEW_PRIVS}. */
  public static final String NO_NEW_PRIVS_OFF = "no_new_privs is off for this JVM";

  /** The way out for {@link dev.nonroot.policy.Rule#NO_NEW_PRIVS}. */
  public static final String FIX_NO_NEW_PRIVS =
      "docker run --security-opt no-new-privileges,"
          + " or securityContext.allowPrivilegeEscalation false";

  /** What was seen for {@link dev.nonroot.policy.Rule#SECCOMP}. */
  public static final String SECCOMP_OFF = "no seccomp filter is on this JVM";

  /** The way out for {@link dev.nonroot.policy.Rule#SECCOMP}. */
  public static final String FIX_SECCOMP =
      "no --security-opt seccomp=unconfined, or"
          + " securityContext.seccompProfile.type RuntimeDefault";

  /** The way out for {@link dev.nonroot.policy.Rule#UNKNOWN_IDENTITY}. */
  public static final String FIX_UNKNOWN_IDENTITY =
      "mount /proc in the container, or keep /opt/nonroot/lib beside the agent so that system calls"
          + " can be asked";

  /** Why the kernel's word for a uid may not be who the process is. */
  public static final String UNMAPPED_UID =
      "uid 65534 stands for any that its user namespace does not map, root's for one";

  /** Why an agent with action=drop and no user cannot start. */
  public static final String DROP_NEEDS_USER =
      "action=drop needs a user: user=10001 among the agent options, NONROOT_USER=10001,"
          + " or user=10001 in the policy file";

  /** What the native agent accepts for drop-after. */
  public static final String DROP_AFTER_OF_LIBRARY =
      "start, as only nonroot-agent.jar finds out what an application does later";

  /** What the native agent accepts for spawn. */
  public static final String SPAWN_OF_LIBRARY =
      "allow, as only nonroot-agent.jar finds out what processes a JVM starts";

  /** Why a process is not started, for the application. */
  public static final String SPAWN_DENIED =
      PREFIX + "refused: this JVM must not start processes (spawn=deny)";

  /** Why the launcher without a user cannot start. */
  public static final String NO_USER =
      "no user is configured: -u 10001, NONROOT_USER=10001,"
          + " or user=10001 in /etc/nonroot/nonroot.properties";

  /** A reason of {@link #mayHaveLinks}. */
  public static final String ODD_PATH = "its path is too long or ends with (deleted)";

  /** A reason of {@link #mayHaveLinks}. */
  public static final String RESTLESS = "it changes all the time";

  /** Why the launcher without a command cannot start. */
  public static final String NO_COMMAND = "Missing COMMAND";

  /** Why the launcher does not work set-user-ID. */
  public static final String SET_ID =
      "started set-user-ID or set-group-ID, which would give root to any caller:"
          + " take the bit off with chmod ug-s";

  /** Why the launcher does not become another user by them. */
  public static final String FILE_CAPABILITIES =
      "its file has capabilities, which would give root to any caller: take them off with setcap -r";

  /** Why {@code gosu} does not become root. */
  public static final String GOSU_ROOT_TARGET =
      "this user is root (uid 0); name another one, or set NONROOT_ALLOW_ROOT=1";

  /** What to append to why a limit cannot be set. */
  public static final String FIX_LIMIT =
      "; a hard limit is raised by who has CAP_SYS_RESOURCE, that of open files up to"
          + " /proc/sys/fs/nr_open: docker run --ulimit, or a lower one";

  private Messages() {}

  /**
   * Makes one line of stderr, without its newline: what a terminal or a log would take for a line's
   * end or a command is written as {@code \xNN}.
   *
   * @param level {@code error}, {@code warning}, {@code refused} or {@code fix}
   * @param text what to say, one char per byte
   * @return the line
   */
  public static String line(String level, String text) {
    return PREFIX + level + ": " + escape(text);
  }

  /**
   * Makes one line of stderr for who called the launcher {@code gosu}, without its newline.
   *
   * @param text what to say, one char per byte
   * @return the line
   */
  public static String gosuLine(String text) {
    return "error: " + escape(text);
  }

  /**
   * Writes an argument of a command so that it is one word.
   *
   * @param text the argument, one char per byte
   * @return it, in single quotes where a shell would need them
   */
  public static String word(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c > ' ' && "\"#$&'()*;<>?[\\]`{|}~".indexOf(c) < 0;
    }
    return plain ? escape(text) : "'" + escape(text).replace("'", "'\\''") + "'";
  }

  private static String escape(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff) { // not taken from bytes: somebody's exception text
        line.append('?');
      } else if (c < ' ' || c == 0x7f) {
        hex(line, c);
      } else if (c == 0xc2 && i + 1 < text.length() && (text.charAt(i + 1) & 0xffe0) == 0x80) {
        hex(line, c); // the controls U+0080 to U+009F in UTF-8: one starts a terminal's commands
        hex(line, text.charAt(++i));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static void hex(StringBuilder line, char c) {
    line.append("\\x").append(hexDigit(c >> 4)).append(hexDigit(c & 0xf));
  }

  /** The lower-case hexadecimal digit of 0..15. */
  static char hexDigit(int value) {
    return "0123456789abcdef".charAt(value);
  }

  static String malformedUserSpec(String text) {
    return "user-spec '"
        + text
        + "' is malformed; accepted: user or user:group, each a name or number";
  }

  static String idOutOfRange(String text) {
    return "id " + text + " is out of range; accepted: 0 to " + NameOrId.MAX_ID;
  }

  static String unknownUser(String name) {
    return "there is no user '"
        + name
        + "' in /etc/passwd; accepted: a name from there, or a number";
  }

  static String unknownGroup(String name) {
    return "there is no group '"
        + name
        + "' in /etc/group; accepted: a name from there, or a number";
  }

  /** Why such a file cannot be read. */
  public static final String LINK_TO_NOTHING = "Is a symbolic link that leads nowhere";

  public static String cannotRead(String path, String reason) {
    return "cannot read " + path + ": " + reason;
  }

  public static String rootUid(Ids uid, boolean userns) {
    String who =
        uid.effective() == 0
            ? "this JVM runs as root (uid 0)"
            : "this JVM can become root again (real, effective, saved and filesystem uid "
                + uid
                + ")";
    return userns ? who + " of a user namespace that is unprivileged outside" : who;
  }

  public static String rootGid(Ids gid) {
    return gid.effective() == 0
        ? "this JVM runs with root's group (gid 0)"
        : "this JVM can take root's group (real, effective, saved and filesystem gid " + gid + ")";
  }

  public static String rootGroup(long gid) {
    return gid == 0
        ? "this JVM has root's group among its supplementary groups (gid 0)"
        : "this JVM is in a group that amounts to root (gid " + gid + " in /etc/group)";
  }

  public static String unknownGroups(String reason) {
    return "which groups amount to root cannot be found out: " + reason;
  }

  public static String uidRange(long uid, int minUid) {
    return "this JVM runs as uid " + uid + ", which is below min-uid " + minUid;
  }

  /** The way out. */
  public static String fixUidRange(int minUid) {
    return "a user with a uid of at least " + minUid + ", or min-uid";
  }

  public static String capabilities(long set) {
    return "this JVM holds capabilities: " + Capability.names(set);
  }

  public static String unknownIdentity(String reason) {
    return "who this JVM runs as cannot be found out: " + reason;
  }

  public static String agentFailed(String reason) {
    return "the agent failed, and who this JVM runs as is not known: "
        + reason
        + " [unknown-identity]";
  }

  /** What to append to the finding that root is left. */
  public static String cannotStepDown(String reason) {
    return ", and cannot step down: " + reason;
  }

  /** Why an agent without action=drop and with a time for it cannot start. */
  public static String dropAfterNeedsDrop(String dropAfter) {
    return "drop-after="
        + dropAfter
        + " needs action=drop: among the agent options, NONROOT_ACTION=drop,"
        + " or action=drop in the policy file";
  }

  /** What to append to the finding that root is left. */
  public static String deadlinePassed(long milliseconds, String dropAfter, String missing) {
    return " still after" + notInTime(milliseconds, dropAfter, missing) + ", or give it longer";
  }

  /** The same where a JVM has ended by itself. */
  public static String endedBefore(long milliseconds, String dropAfter, String missing) {
    return " until its end, before" + notInTime(milliseconds, dropAfter, missing);
  }

  private static String notInTime(long milliseconds, String dropAfter, String missing) {
    String deadline = milliseconds % 1000 == 0 ? milliseconds / 1000 + "s" : milliseconds + "ms";
    return " drop-deadline=" + deadline + ": " + missing + "; correct drop-after=" + dropAfter;
  }

  /** What has not come within the deadline. */
  public static String notBound(String ports) {
    return "no socket was bound to port " + ports;
  }

  /** What has not come within the deadline. */
  public static String notReturned(String className, String method) {
    return className + '#' + method + ", which is there, did not return";
  }

  /** What has not come within the deadline. */
  public static String methodWithoutBody(String className, String method) {
    return className + '#' + method + " is abstract or native, and its return not noticed";
  }

  /** What has not come within the deadline. */
  public static String methodInherited(String className, String method, String from) {
    return className + " inherits its " + method + " from " + from + ", the class to name";
  }

  /** What has not come within the deadline. */
  public static String methodsUnknown(String className, String reason) {
    return "the methods of " + className + " cannot be listed (" + reason + ")";
  }

  /** What has not come within the deadline. */
  public static String noSuchMethod(String className, String method, String nearest) {
    return className
        + " has no method "
        + method
        + " that could return"
        + (nearest.isEmpty() ? "" : " (it has " + nearest + ")");
  }

  /** What has not come within the deadline. */
  public static String classNotLoaded(String className, String namesakes) {
    return "no class "
        + className
        + " was loaded"
        + (namesakes.isEmpty() ? "" : " (but " + namesakes + ")");
  }

  public static String methodThrew(String className, String method, String thrown) {
    return className + '#' + method + " of drop-after threw " + thrown;
  }

  /**
   * @param command what is started
   * @param caller who starts it, as a stack trace has it; or empty
   * @param denied whether it fails
   */
  public static String spawns(String command, String caller, boolean denied) {
    return (denied ? "this JVM tried to start a process: " : "this JVM starts a process: ")
        + (command.length() > MAX_COMMAND ? command.substring(0, MAX_COMMAND) + "..." : command)
        + (caller.isEmpty() ? "; by no frame of the application" : "; by " + caller)
        + (denied
            ? "; if it is meant, spawn=warn or spawn=allow"
            : "; spawn=allow accepts it silently, spawn=deny forbids it");
  }

  public static String cannotWatchSpawn(String spawn, String reason) {
    return "spawn=" + spawn + " cannot be had: " + reason;
  }

  public static String stepDownFailed(String reason) {
    return "step-down failed: " + reason;
  }

  /** The message of an agent. */
  public static String rootTarget(String spec) {
    return "the user to step down to, '" + spec + "', is root (uid 0)";
  }

  public static String unknownKey(String key, String origin, String accepted) {
    return "unknown key '" + key + "' in " + origin + "; accepted: " + accepted;
  }

  public static String badValue(String key, String value, String origin, String accepted) {
    return key + "=" + value + " in " + origin + " is not valid; accepted: " + accepted;
  }

  public static String notKeyValue(String text, String origin) {
    return "'" + text + "' in " + origin + " is not valid; accepted: key=value";
  }

  public static String givenTwice(String key, String origin) {
    return key + " is given twice in " + origin + "; accepted: each key once";
  }

  public static String locked(String key, String origin, String path) {
    return key + " in " + origin + " is ignored: it is locked by " + path;
  }

  public static String writablePolicyFile(String path) {
    return path
        + " can be written by others than root, and this process runs as root; accepted: owner root"
        + " and mode 0644 or less, of the directories above it root and 0755 (chown root, chmod go-w)";
  }

  public static String cannotReport(String path, String reason) {
    return "cannot append to report-file " + path + ": " + reason;
  }

  public static String badOption(String option, String value, String accepted) {
    return option + " '" + value + "' is not valid; accepted: " + accepted;
  }

  /** The end of every message about the command line. */
  public static String seeHelp(String message, String program) {
    return message + "; see " + program + " --help";
  }

  public static String unknownOption(String option) {
    return "Unknown option: '" + option + "'";
  }

  public static String optionNeedsValue(String option, String label) {
    return "Option " + option + " needs a value: " + option + " " + label;
  }

  public static String optionTakesNoValue(String option) {
    return "Option " + option + " takes no value";
  }

  public static String optionGivenTwice(String option) {
    return "Option " + option + " is given twice; accepted: once";
  }

  public static String internalError(String error) {
    return "internal error: " + error;
  }

  public static String gosuFailed(String spec, String reason) {
    return "failed switching to '" + spec + "': " + reason;
  }

  /** As Go words it: scripts look for that. */
  public static String gosuNotInPath(String command) {
    return "exec: \"" + command + "\": executable file not found in $PATH";
  }

  public static String gosuCannotExecute(String file, String reason) {
    return "exec: \"" + file + "\": " + reason;
  }

  public static String callerUnknown(String reason) {
    return "who the launcher runs as cannot be found out: " + reason;
  }

  public static final String CAP_OF_ROOT =
      "--cap is for a user that is not root, who would have no capability otherwise;"
          + " name another user, or leave --cap out";

  /** The message of the launcher. */
  public static String rootTargetOfLauncher(String user) {
    return "the user '"
        + user
        + "' is root (uid 0); name another one with -u or NONROOT_USER,"
        + " or set NONROOT_ALLOW_ROOT=1";
  }

  public static String notAsStrict(Credentials caller, Account target) {
    return "started as uid "
        + caller.uid().effective()
        + " gid "
        + caller.gid().effective()
        + " groups "
        + caller.groups()
        + " and not as uid "
        + target.uid()
        + " gid "
        + target.gid()
        + " groups "
        + target.groups()
        + ", and only root could change that; start as that user, or leave --strict out";
  }

  public static String launcherCannotStepDown(int uid, String obstacle) {
    return "cannot step down to uid "
        + uid
        + ": "
        + obstacle
        + "; start as that user"
        + " (docker run --user, securityContext.runAsUser), or give the container what is missing"
        + " (--cap-add SETUID --cap-add SETGID), or accept root with --warn-only";
  }

  public static String cannotKeep(long missing) {
    String names = Capability.names(missing).replace(' ', ',');
    return "cannot keep "
        + names
        + ": not in the permitted and the bounding set of the launcher; give it to the container"
        + " (docker run --cap-add, securityContext.capabilities.add), or leave it out of --cap";
  }

  public static String cannotGive(String path, int uid, String reason) {
    return "cannot give " + path + " to uid " + uid + ": " + reason;
  }

  /** The same, where a capability would help. */
  public static String cannotGiveWithout(String capability, String path, int uid, String reason) {
    return cannotGive(path, uid, reason)
        + "; it may lack CAP_"
        + capability
        + " (docker run --cap-add "
        + capability
        + ", securityContext.capabilities.add)";
  }

  public static String isLink(String path, int uid, String link) {
    return cannotGive(
        path,
        uid,
        link + " is a symbolic link, and --own follows none; name the path that it leads to");
  }

  /** The warning. */
  public static String hasLinks(String path, long links, int uid) {
    String reason = "it has " + links + " links, and some may be outside of what --own names";
    return leftAsItIs(path, reason, uid);
  }

  /** The warning. */
  public static String mayHaveLinks(String path, String reason, int uid) {
    String start = "whether it has links outside of what --own names cannot be told, as ";
    return leftAsItIs(path, start + reason, uid);
  }

  private static String leftAsItIs(String path, String reason, int uid) {
    return path + " is left as it is: " + reason + "; chown it to uid " + uid + " if it is meant";
  }

  /** The warning. */
  public static String launcherRunsAsRoot(String obstacle) {
    return "the command runs as root (uid 0), as stepping down is impossible: " + obstacle;
  }

  public static String notInPath(String name) {
    return "cannot run '" + name + "': not found in PATH";
  }

  /** What execve(2) says of a file that is there. */
  public static String noInterpreter(String file, String reason) {
    return cannotExecute(file, reason)
        + ": the file is there, but not the interpreter that its first line names (#!; with a"
        + " carriage return behind it?), or its dynamic linker";
  }

  public static String cannotExecute(String file, String reason) {
    return "cannot run '" + file + "': " + reason;
  }
}
