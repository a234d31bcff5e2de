package dev.nonroot.agent.inner;

import dev.nonroot.text.Message;

/** The texts that only the jar has a use for: triggers and child processes. */
final class Messages {
  /** Why a process is not started, for the application. */
  static final String SPAWN_DENIED =
      Message.PREFIX + "refused: this JVM must not start processes (spawn=deny)";

  private Messages() {}

  /** What has not come within the deadline. */
  static String notBound(String ports) {
    return "no socket was bound to port " + ports;
  }

  /** What has not come within the deadline. */
  static String notReturned(String className, String method) {
    return className + '#' + method + ", which is there, did not return";
  }

  /** What has not come within the deadline. */
  static String methodWithoutBody(String className, String method) {
    return className + '#' + method + " is abstract or native, and its return not noticed";
  }

  /** What has not come within the deadline. */
  static String methodInherited(String className, String method, String from) {
    return className + " inherits its " + method + " from " + from + ", the class to name";
  }

  /** What has not come within the deadline. */
  static String methodsUnknown(String className, String reason) {
    return "the methods of " + className + " cannot be listed (" + reason + ")";
  }

  /** What has not come within the deadline. */
  static String noSuchMethod(String className, String method, String nearest) {
    return className
        + " has no method "
        + method
        + " that could return"
        + (nearest.isEmpty() ? "" : " (it has " + nearest + ")");
  }

  /** What has not come within the deadline. */
  static String classNotLoaded(String className, String namesakes) {
    return "no class "
        + className
        + " was loaded"
        + (namesakes.isEmpty() ? "" : " (but " + namesakes + ")");
  }

  static String methodThrew(String className, String method, String thrown) {
    return className + '#' + method + " of drop-after threw " + thrown;
  }
}
