package dev.nonroot.agent.inner;

import dev.nonroot.Account;
import dev.nonroot.Bytes;
import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.Messages;
import dev.nonroot.config.Source;
import dev.nonroot.guard.Guard;
import dev.nonroot.guard.Outcome;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The agent, in its own class loader: it gathers the sources, asks the guard, and obeys. */
public final class Agent implements BiConsumer<String, Instrumentation> {
  private final File jar;

  /**
   * @param jar the agent's jar
   */
  public Agent(File jar) {
    this.jar = jar;
  }

  /**
   * Checks this JVM, and ends it if it must not go on.
   *
   * @param options {@code key=value,…}, or empty
   * @param instrumentation what the JVM gives to an agent
   */
  @Override
  public void accept(String options, Instrumentation instrumentation) {
    JvmOperatingSystem os = new JvmOperatingSystem(new AgentNativeAccess(jar, instrumentation));
    Outcome outcome;
    try {
      outcome =
          new Guard(os, new ThisJvm())
              .check(Source.agentOptions(JvmText.toBytes(options)), properties(), environment());
    } catch (ConfigurationException e) {
      outcome =
          new Outcome(
              ExitCode.CONFIGURATION, List.of(Messages.line("error", e.getMessage())), null);
    }
    print(outcome.stderr());
    if (outcome.exitCode() != ExitCode.OK) {
      Runtime.getRuntime().halt(outcome.exitCode());
    }
    if (outcome.account() != null) {
      become(outcome.account());
    }
  }

  private static Source properties() throws ConfigurationException {
    Source source = new Source();
    for (Map.Entry<Object, Object> property : System.getProperties().entrySet()) {
      if (property.getKey() instanceof String name && property.getValue() instanceof String value) {
        source.addProperty(name, JvmText.toBytes(value));
      }
    }
    return source;
  }

  private static Source environment() throws ConfigurationException {
    Source source = new Source();
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      source.addVariable(variable.getKey(), JvmText.toBytes(variable.getValue()));
    }
    return source;
  }

  /**
   * The JVM read these two from root's passwd entry; without an entry it would have found these.
   */
  private static void become(Account account) {
    System.setProperty("user.name", account.name() == null ? "?" : JvmText.ofBytes(account.name()));
    System.setProperty("user.home", JvmText.ofBytes(account.home()));
  }

  /** To the descriptor, as an agent before this one may have changed System.err. */
  private static void print(List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    try {
      // Closing the stream would close the application's stderr.
      @SuppressWarnings("resource")
      FileOutputStream err = new FileOutputStream(FileDescriptor.err);
      err.write(Bytes.of(text.toString()));
    } catch (IOException e) {
      // There is nobody left to tell.
    }
  }
}
