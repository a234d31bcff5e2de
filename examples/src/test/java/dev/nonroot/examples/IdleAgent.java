package dev.nonroot.examples;

/** A Java agent that does nothing, in place of nonroot's. */
public final class IdleAgent {
  private IdleAgent() {}

  /**
   * Does nothing.
   *
   * @param options unused
   */
  public static void premain(String options) {}
}
