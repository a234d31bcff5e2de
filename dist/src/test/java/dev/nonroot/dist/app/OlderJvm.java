package dev.nonroot.dist.app;

import java.lang.instrument.Instrumentation;

/** Calls the agent as a JVM of the version given would; a JVM does not let -D change its own. */
public final class OlderJvm {
  private OlderJvm() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    System.setProperty("java.specification.version", args[0]);
    Class.forName("dev.nonroot.agent.PreMain")
        .getMethod("premain", String.class, Instrumentation.class)
        .invoke(null, "action=warn", null);
  }
}
