package dev.nonroot.teavm;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.config.Source;
import dev.nonroot.guard.Guard;
import dev.nonroot.guard.Outcome;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Message;
import java.util.List;
import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The native agent: it runs before the JVM has started. */
public final class Agent {
  private Agent() {}

  @Import(name = "nonroot_options")
  @Include(value = "nonroot.h", isSystem = false)
  private static native int options(Address buffer, int size);

  @Import(name = "nonroot_has_stderr")
  @Include(value = "nonroot.h", isSystem = false)
  private static native int hasStderr();

  @Import(name = "nonroot_become")
  @Include(value = "nonroot.h", isSystem = false)
  private static native void become(Address name, Address home);

  /**
   * Checks the JVM, makes it step down if asked to, and ends it if it must not go on.
   *
   * @param ignored nothing
   */
  public static void main(String[] ignored) {
    int exitCode;
    try {
      exitCode = run();
    } catch (Throwable e) {
      String reason = "the agent failed, and who this JVM runs as is not known: " + e;
      print(List.of(Message.line("refused", reason + " [unknown-identity]")));
      exitCode = ExitCode.REFUSED;
    }
    if (exitCode != ExitCode.OK) {
      C.exit(exitCode);
    }
  }

  private static int run() {
    PosixOperatingSystem os = new PosixOperatingSystem();
    Guard guard = new Guard(os, new NativeJvm());
    Outcome outcome;
    try {
      byte[] text = new byte[options(Address.fromInt(0), 0)];
      options(Address.ofData(text), text.length);
      Source agentOptions = Source.agentOptions(Bytes.toString(text));
      Source environment = new Source();
      environment.addEnvironment(CText.environ());
      outcome = guard.check(agentOptions, environment).outcome();
    } catch (ConfigurationException e) {
      outcome = guard.failed(e).outcome();
    }
    if (outcome == null) {
      return ExitCode.OK;
    }
    print(outcome.stderr());
    if (outcome.account() != null) {
      become(outcome.account());
    }
    return outcome.exitCode();
  }

  /** A number without an entry is called {@code ?} by Java. */
  private static void become(Account account) {
    byte[] name = CText.of(account.name() == null ? "?" : account.name());
    byte[] home = CText.of(account.home());
    become(Address.ofData(name), Address.ofData(home));
  }

  private static void print(List<String> lines) {
    if (hasStderr() != 0) {
      PosixOperatingSystem.print(2, lines);
    }
  }
}
