package dev.nonroot.launch;

import dev.nonroot.ExitCode;

/** The launcher's help. */
final class Usage {
  /** Where the descriptions start. */
  private static final int COLUMN = 31;

  private Usage() {}

  /**
   * The help, without its last newline.
   *
   * @param program how the user calls the launcher
   */
  static String of(String program) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: ").append(program).append(" [OPTIONS] [--] COMMAND [ARG...]\n");
    text.append("Steps down to a user for good, then becomes COMMAND: same process, no child.\n");
    text.append("\nOptions:\n");
    for (Option option : Option.values()) {
      String letter = option.letter() == 0 ? "    " : "-" + option.letter() + ", ";
      String label = option.label() == null ? "" : " " + option.label();
      row(text, letter + option + label, option.description());
    }
    text.append("\nEnvironment:\n");
    row(text, "NONROOT_USER=SPEC", "as --user, which goes before it");
    row(text, "NONROOT_ACTION=warn", "as --warn-only");
    row(text, LaunchOptions.ALLOW_ROOT + "=1", "the user may be root");
    row(text, "NONROOT_CONFIG=FILE", "policy file; else /etc/nonroot/nonroot.properties");
    text.append("\nExit codes:\n");
    exitCode(text, ExitCode.REFUSED, "the user is root, and NONROOT_ALLOW_ROOT is not 1");
    exitCode(
        text,
        ExitCode.CONFIGURATION,
        "an option, NONROOT_ variable or policy file is wrong, or no user is configured");
    exitCode(text, ExitCode.LAUNCHER_FAILED, "the launcher failed, and COMMAND did not run");
    exitCode(text, ExitCode.CANNOT_INVOKE, "COMMAND cannot be invoked");
    exitCode(text, ExitCode.NOT_FOUND, "COMMAND is not found");
    text.append("  else  COMMAND's own");
    return text.toString();
  }

  private static void row(StringBuilder text, String left, String right) {
    text.append("  ").append(left);
    for (int i = left.length() + 2; i < COLUMN; i++) {
      text.append(' ');
    }
    text.append(' ').append(right).append('\n');
  }

  private static void exitCode(StringBuilder text, int code, String meaning) {
    text.append("  ").append(code).append(code < 100 ? "    " : "   ").append(meaning).append('\n');
  }

  /**
   * The help for who called the launcher {@code gosu} or {@code su-exec}, without its last newline.
   *
   * @param program which of them
   * @param version nonroot's name and version
   */
  static String ofGosu(String program, String version) {
    String indented = "\n       " + program;
    return "Usage: "
        + program
        + " user-spec command [args]\n   eg: "
        + program
        + " app java -jar app.jar"
        + indented
        + " nobody:root sh -c 'whoami && id'"
        + indented
        + " 1000:1 id\n\nThis is "
        + version
        + ", in place of "
        + program
        + ".";
  }
}
