package dev.nonroot.guard;

/**
 * What the java command was told to run: the property {@code sun.java.command}, which has the main
 * class, module or jar, and the arguments behind it, with a blank between any two. An option can
 * have set it to something else.
 */
public final class JavaCommand {
  private JavaCommand() {}

  /**
   * @param command {@code sun.java.command}
   * @param classPath {@code java.class.path}, or null
   * @return the main class, module or jar
   */
  public static String main(String command, String classPath) {
    if (isJar(command, classPath)) {
      return classPath;
    }
    int blank = command.indexOf(' ');
    return blank < 0 ? command : command.substring(0, blank);
  }

  /** A jar is the class path alone, and its name may have blanks. */
  private static boolean isJar(String command, String classPath) {
    return classPath != null
        && !classPath.isEmpty()
        && (command.equals(classPath) || command.startsWith(classPath + " "));
  }
}
