package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.account.Accounts;
import dev.nonroot.account.NameOrId;
import dev.nonroot.account.UserSpec;
import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.stepdown.StepDownException;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Message;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The launcher in place of gosu(1) and su-exec: {@code gosu SPEC COMMAND [ARG...]}. It comes to the
 * same user, gid and groups as gosu for every user-spec, and leaves as they are what gosu leaves:
 * no_new_privs, the bounding set, and every variable but HOME. No setting of nonroot's is read but
 * NONROOT_ALLOW_ROOT.
 *
 * <p>It differs where gosu is careless: root as a target has to be allowed, a third field of the
 * user-spec is an error, and every id and capability set is verified before the command runs.
 */
final class Gosu {
  static final List<String> NAMES = List.of("gosu", "su-exec");

  /** That of everything that is gosu's own failure. */
  private static final int FAILED = 1;

  private final OperatingSystem os;
  private final Environment environment;
  private final FrontEnd frontEnd;
  private final String name;

  /**
   * @param os the system
   * @param environment the caller's environment, which becomes the command's
   * @param frontEnd where to print, and what else to do
   * @param name how it was called, one of {@link #NAMES}
   */
  Gosu(OperatingSystem os, Environment environment, FrontEnd frontEnd, String name) {
    this.os = os;
    this.environment = environment;
    this.frontEnd = frontEnd;
    this.name = name;
  }

  /** As {@link Launcher#run}, with gosu's command line. */
  int run(String... args) {
    try {
      return launch(args);
    } catch (Throwable e) { // as in Launcher
      return fail(Message.internalError(e.toString()));
    }
  }

  /** Does what {@link #run} does, and may throw. */
  int launch(String... args) {
    switch (args.length == 0 ? "" : args[0]) {
      case "--help", "-h", "-?" -> {
        frontEnd.out(Usage.ofGosu(name, frontEnd.version()));
        return ExitCode.OK;
      }
      case "--version", "-v" -> {
        frontEnd.out(frontEnd.version());
        return ExitCode.OK;
      }
      default -> {
        if (args.length < 2) {
          frontEnd.err(Usage.ofGosu(name, frontEnd.version()));
          return FAILED;
        }
        return launch(args[0], Arrays.asList(args).subList(1, args.length));
      }
    }
  }

  private int launch(String spec, List<String> command) {
    try {
      Proc proc = new Proc(os);
      Credentials caller = proc.credentials();
      Account target = target(spec, caller);
      frontEnd.beforeStepDown();
      become(proc, caller, target);
    } catch (ConfigurationException
        | IdentityException
        | StepDownException
        | LaunchException
        | IOException e) {
      return fail(Messages.gosuFailed(spec, e.getMessage()));
    }
    try {
      frontEnd.beforeExec();
      return fail(text(new Exec(os.libC(), command, environment).execute()));
    } catch (LaunchException | IOException e) {
      return fail(e.getMessage());
    }
  }

  private Account target(String spec, Credentials caller) throws ConfigurationException {
    if (caller.isSetId()) {
      throw new ConfigurationException(Messages.SET_ID);
    }
    if (caller.hasCapabilitiesOfFile()) {
      throw new ConfigurationException(Messages.FILE_CAPABILITIES);
    }
    // Without a user it is the caller's, and a number without an entry keeps the caller's gid. An
    // id of 32 bits is no less out of range for being the caller's.
    String user = spec.isEmpty() || spec.charAt(0) == ':' ? caller.uid().real() + spec : spec;
    int gid = NameOrId.parse(String.valueOf(caller.gid().real())).id();
    Account target = new Accounts(os).resolve(UserSpec.parse(user), gid);
    if (target.isRoot() && !LaunchOptions.allowsRoot(environment)) {
      throw new ConfigurationException(Messages.GOSU_ROOT_TARGET);
    }
    return target;
  }

  /** Who is not root fails here by the kernel's word, as with gosu. */
  private void become(Proc proc, Credentials caller, Account target)
      throws IOException, StepDownException {
    StepDown.Kept kept = new StepDown.Kept(0, true);
    boolean noNewPrivs = false;
    if (!target.isRoot()) {
      leaveKeyring();
    }
    new StepDown(
            os.libC(), proc, caller, target, kept, noNewPrivs, StepDown.Scope.THREAD_THAT_EXECS)
        .stepDownForGood();
    environment.set("HOME", target.home());
  }

  /** Best effort, as gosu itself keeps it. */
  private void leaveKeyring() throws IOException {
    try {
      new Posix(os.libC()).joinNewSessionKeyring();
    } catch (PosixException e) {
      // nothing to say that a script could expect of gosu
    }
  }

  private static String text(Exec.Failure failure) {
    return failure.isNotInPath()
        ? Messages.gosuNotInPath(failure.file())
        : Messages.gosuCannotExecute(failure.file(), failure.text());
  }

  private int fail(String text) {
    frontEnd.err(Messages.gosuLine(text));
    return FAILED;
  }
}
