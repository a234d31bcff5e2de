package dev.nonroot.guard;

import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Spawn;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Rule;
import dev.nonroot.policy.Severity;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.report.Verdict;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the option {@code spawn} asks for: processes that the JVM starts are told of, or denied. */
public final class ChildProcesses {
  private final OperatingSystem os;
  private final Jvm jvm;
  private final AgentOptions options;

  ChildProcesses(OperatingSystem os, Jvm jvm, AgentOptions options) {
    this.os = os;
    this.jvm = jvm;
    this.options = options;
  }

  /**
   * @return whether none may be started
   */
  public boolean areDenied() {
    return options.spawn() == Spawn.DENY;
  }

  /**
   * Where they are denied, lets execve(2) fail in the kernel on every thread from now on. It is for
   * the thread that may use the C library.
   *
   * @return what to do now, or null if there is nothing to do
   */
  public Outcome restrict() {
    if (!areDenied()) {
      return null;
    }
    try {
      new Posix(os.libC()).denyExec();
      return null;
    } catch (IOException | PosixException e) {
      return cannotBeHad(e.getMessage());
    }
  }

  /**
   * Refuses the JVM, as it would not be noticed what it starts.
   *
   * @param reason why not
   * @return what to do now
   */
  public Outcome cannotBeHad(String reason) {
    return Outcome.refused(new ArrayList<>(), unnoticed(reason));
  }

  /**
   * Warns that from now on it is not noticed what the JVM starts; a denial in the kernel stays.
   *
   * @param reason why not
   * @return the lines to print
   */
  public List<String> noLongerNoticed(String reason) {
    return List.of(Message.line("warning", unnoticed(reason)));
  }

  private String unnoticed(String reason) {
    return Messages.cannotWatchSpawn(options.spawn().toString(), reason) + " [" + Rule.SPAWN + "]";
  }

  /**
   * Reports that one is about to be started. It is for any thread.
   *
   * @param command the program and its arguments, one char per byte
   * @param caller the application's frame that does so, or empty
   * @return the lines to print, one char per byte, without newlines
   */
  public List<String> starting(List<String> command, String caller) {
    boolean denied = areDenied();
    Finding finding =
        new Finding(
            Rule.SPAWN,
            denied ? Severity.DENY : Severity.WARN,
            Messages.spawns(String.join(" ", command), caller, denied),
            "");
    return new Reporter(os, jvm, options)
        .report(denied ? Verdict.REFUSED : Verdict.WARNED, credentials(), List.of(finding));
  }

  private Credentials credentials() {
    try {
      return new Proc(os).credentials();
    } catch (IdentityException e) {
      return null; // as the report has it where that is not known
    }
  }
}
