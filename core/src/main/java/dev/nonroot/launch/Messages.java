package dev.nonroot.launch;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Credentials;
import dev.nonroot.text.Message;

/** The texts of the launcher, but for its help. */
final class Messages {
  /** Why the launcher without a user cannot start. */
  static final String NO_USER =
      "no user is configured: -u 10001, NONROOT_USER=10001,"
          + " or user=10001 in /etc/nonroot/nonroot.properties";

  /** Why the launcher without a command cannot start. */
  static final String NO_COMMAND = "Missing COMMAND";

  /** Why the launcher does not work set-user-ID. */
  static final String SET_ID =
      "started set-user-ID or set-group-ID, which would give root to any caller:"
          + " take the bit off with chmod ug-s";

  /** Why the launcher does not become another user by them. */
  static final String FILE_CAPABILITIES =
      "its file has capabilities, which would give root to any caller: take them off with setcap -r";

  /** Why {@code gosu} does not become root. */
  static final String GOSU_ROOT_TARGET =
      "this user is root (uid 0); name another one, or set NONROOT_ALLOW_ROOT=1";

  /** Why execve(2) does not find a file that is there. */
  static final String NO_INTERPRETER =
      "the file is there, but not the interpreter that its first line names (#!; with a carriage"
          + " return behind it?), or its dynamic linker";

  /** Why execve(2) denies a file that the user may execute. */
  static final String INTERPRETER_DENIED =
      "the interpreter that its first line names (#!), or its dynamic linker, may not be executed";

  static final String IS_DIRECTORY = "it is a directory";

  static final String NOT_EXECUTABLE = "it has no execute permission (chmod a+x)";

  /** Why access(2) denies to execute what everybody may. */
  static final String MOUNTED_NOEXEC = "the file system that it is on is mounted noexec";

  /** What to append to why a limit cannot be set. */
  static final String FIX_LIMIT =
      "; a hard limit is raised by who has CAP_SYS_RESOURCE, that of open files up to"
          + " /proc/sys/fs/nr_open: docker run --ulimit, or a lower one";

  private Messages() {}

  /**
   * Makes one line of stderr for who called the launcher {@code gosu}, without its newline.
   *
   * @param text what to say, one char per byte
   * @return the line
   */
  static String gosuLine(String text) {
    return "error: " + Message.escape(text);
  }

  static String badOption(String option, String value, String accepted) {
    return option + " '" + value + "' is not valid; accepted: " + accepted;
  }

  static String unknownOption(String option) {
    return "Unknown option: '" + option + "'";
  }

  static String optionNeedsValue(String option, String label) {
    return "Option " + option + " needs a value: " + option + " " + label;
  }

  static String optionTakesNoValue(String option) {
    return "Option " + option + " takes no value";
  }

  static String optionGivenTwice(String option) {
    return "Option " + option + " is given twice; accepted: once";
  }

  static String gosuFailed(String spec, String reason) {
    return "failed switching to '" + spec + "': " + reason;
  }

  /** As Go words it: scripts look for that. */
  static String gosuNotInPath(String command) {
    return "exec: \"" + command + "\": executable file not found in $PATH";
  }

  static String gosuCannotExecute(String file, String reason) {
    return "exec: \"" + file + "\": " + reason;
  }

  static String callerUnknown(String reason) {
    return "who the launcher runs as cannot be found out: " + reason;
  }

  static final String CAP_OF_ROOT =
      "--cap is for a user that is not root, who would have no capability otherwise;"
          + " name another user, or leave --cap out";

  /** The message of the launcher. */
  static String rootTargetOfLauncher(String user) {
    return "the user '"
        + user
        + "' is root (uid 0); name another one with -u or NONROOT_USER,"
        + " or set NONROOT_ALLOW_ROOT=1";
  }

  static String notAsStrict(Credentials caller, Account target) {
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

  static String launcherCannotStepDown(int uid, String obstacle) {
    return "cannot step down to uid "
        + uid
        + ": "
        + obstacle
        + "; start as that user"
        + " (docker run --user, securityContext.runAsUser), or give the container what is missing"
        + " (--cap-add SETUID --cap-add SETGID), or accept root with --warn-only";
  }

  static String cannotKeep(long missing) {
    String names = Capability.names(missing).replace(' ', ',');
    return "cannot keep "
        + names
        + ": not in the permitted and the bounding set of the launcher; give it to the container"
        + " (docker run --cap-add, securityContext.capabilities.add), or leave it out of --cap";
  }

  /** The warning. */
  static String launcherRunsAsRoot(String obstacle) {
    return "the command runs as root (uid 0), as stepping down is impossible: " + obstacle;
  }

  /** The warning. */
  static String keepsKeyring(String reason) {
    return "the command can use the keys in the launcher's session keyring, as no new one can be"
        + " joined: "
        + reason
        + "; keep no keys there, or raise kernel.keys.root_maxkeys (in a user namespace,"
        + " kernel.keys.maxkeys)";
  }

  /** The warning. */
  static String mayType(String reason) {
    return "the command shares root's terminal and can type into it (TIOCSTI), as no filter can be"
        + " set: "
        + reason
        + "; start the launcher with setsid -w, or in a terminal of its own with script -qc";
  }

  static String notInPath(String name, String reason) {
    return "cannot run '" + name + "': not found in PATH" + (reason == null ? "" : reason);
  }

  /** What may stand behind that. */
  static String mayBeIn(String directory, int uid, String unsearchable) {
    return "; it may be in '" + directory + "', but " + notSearchable(uid, unsearchable);
  }

  static String cannotExecute(String file, String reason) {
    return "cannot run '" + file + "': " + reason;
  }

  static String notSearchable(int uid, String directory) {
    return "uid " + uid + " may not search '" + directory + "' (chmod o+x)";
  }

  static String notExecutableBy(int uid, int mode) {
    return "its mode 0" + Integer.toOctalString(mode) + " does not let uid " + uid + " execute it";
  }

  /** What the kernel denies to a program that would have them without being able to. */
  static String fileCapabilities(long set) {
    String names = Capability.names(set).replace(' ', ',');
    return "it has file capabilities ("
        + names
        + ") that are not in the bounding set: keep them with --cap "
        + names
        + ", or take them off with setcap -r";
  }

  /** The kernel counts processes by uid, whichever container they are in. */
  static String tooManyProcesses(int uid) {
    return "uid "
        + uid
        + " has more processes than RLIMIT_NPROC allows, in all containers together; raise it"
        + " (docker run --ulimit nproc), or use a uid of its own";
  }
}
