package dev.nonroot.agent.inner;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.Account;
import dev.nonroot.agent.inner.instrument.Instrumenter;
import dev.nonroot.config.Source;
import dev.nonroot.guard.ChildProcesses;
import dev.nonroot.guard.Decision;
import dev.nonroot.guard.Guard;
import dev.nonroot.guard.Jvm;
import dev.nonroot.guard.Outcome;
import dev.nonroot.guard.PendingStepDown;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.jvm.NativeAccess;
import dev.nonroot.jvm.NativeLibraries;
import dev.nonroot.report.Report;
import dev.nonroot.text.Bytes;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiConsumer;
import java.util.function.ToLongBiFunction;

/**
 * The agent, in its own class loader: it gathers the sources, asks the guard, and obeys. What only
 * a JVM needs that breaks the policy, or steps down, is in classes that are loaded then.
 */
public final class Agent implements BiConsumer<String, Instrumentation>, Jvm, NativeAccess {
  private final File jar;
  private Instrumentation instrumentation;

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
   * @param given what the JVM gives to an agent
   */
  @Override
  public void accept(String options, Instrumentation given) {
    instrumentation = given;
    JvmOperatingSystem os = new JvmOperatingSystem(this);
    Guard guard = new Guard(os, this);
    Decision decision;
    try {
      Source agentOptions = Source.agentOptions(JvmText.toBytes(options));
      decision = guard.check(agentOptions, properties(), environment());
    } catch (ConfigurationException e) {
      decision = guard.failed(e);
    }
    if (decision.outcome() != null) {
      obey(decision.outcome());
    }
    ChildProcesses processes = decision.childProcesses();
    PendingStepDown pending = decision.pending();
    if (processes != null || pending != null) {
      Instrumenter instrumenter = new Instrumenter(instrumentation);
      if (processes != null) {
        SpawnWatch.arm(processes, instrumentation, instrumenter);
      }
      if (pending != null) {
        LateStepDown.arm(pending, os, instrumentation, instrumenter);
      }
    }
  }

  /** Prints, and ends the JVM if it must not go on. */
  static void obey(Outcome outcome) {
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
    Properties properties = System.getProperties();
    Enumeration<Object> names = properties.keys();
    while (names.hasMoreElements()) {
      if (names.nextElement() instanceof String name && name.startsWith("nonroot.")) {
        source.addProperty(name, JvmText.toBytes(properties.getProperty(name, "")));
      }
    }
    return source;
  }

  /** From /proc, where it is as bytes, and does not make the JVM build its map of it. */
  private static Source environment() throws ConfigurationException {
    Source source = new Source();
    try (InputStream in = new FileInputStream("/proc/self/environ")) {
      source.addEnvironment(in.readAllBytes());
    } catch (IOException e) {
      for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
        source.addVariable(variable.getKey(), JvmText.toBytes(variable.getValue()));
      }
    }
    return source;
  }

  /**
   * The JVM read these two from root's passwd entry; without an entry it would have found these.
   */
  static void become(Account account) {
    System.setProperty("user.name", account.name() == null ? "?" : JvmText.ofBytes(account.name()));
    System.setProperty("user.home", JvmText.ofBytes(account.home()));
  }

  /** To the descriptor, as an agent before this one may have changed System.err. */
  static void print(List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    try {
      // Closing the stream would redirect the application's stderr to /dev/null.
      @SuppressWarnings("resource")
      FileOutputStream err = new FileOutputStream(FileDescriptor.err);
      err.write(Bytes.of(text.toString()));
    } catch (IOException e) {
      // There is nobody left to tell.
    }
  }

  @Override
  public String main() {
    return ThisJvm.main();
  }

  @Override
  public String home() {
    String home = System.getProperty("java.home");
    return home == null ? null : JvmText.toBytes(home);
  }

  @Override
  public String agent() {
    return JvmText.toBytes(jar.getPath());
  }

  @Override
  public String installation() {
    String directory = jar.getParent();
    return directory == null ? null : JvmText.toBytes(directory);
  }

  @Override
  public boolean isInstrumented() {
    return true;
  }

  @Override
  public Report.Subject subject() {
    return ThisJvm.subject();
  }

  @Override
  public MethodHandles.Lookup caller() throws IOException {
    return Privileges.trustedLookup(instrumentation);
  }

  @Override
  public ToLongBiFunction<Object, long[]> calls() {
    return Privileges.calls(instrumentation, NativeLibraries.calls(this, jar));
  }

  @Override
  public String stubDirectory() {
    return NativeLibraries.stubDirectory(this, jar);
  }

  @Override
  public ClassLoader jnrPosix() throws IOException {
    return Privileges.jnrPosix();
  }
}
