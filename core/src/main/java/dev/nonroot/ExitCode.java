package dev.nonroot;

/**
 * The exit codes of nonroot's own making. 71, 77 and 78 are {@code EX_OSERR}, {@code EX_NOPERM} and
 * {@code EX_CONFIG} of sysexits.h(3); 125 to 127 are those of env(1), nohup(1) and docker-run(1).
 */
public final class ExitCode {
  /** The application may run. */
  public static final int OK = 0;

  /** An agent's step-down was begun and failed. */
  public static final int STEP_DOWN_FAILED = 71;

  /** The policy, or the target of a step-down, is refused. */
  public static final int REFUSED = 77;

  /** What nonroot was told is wrong or missing: option, environment variable or policy file. */
  public static final int CONFIGURATION = 78;

  /** The launcher failed before the command ran. */
  public static final int LAUNCHER_FAILED = 125;

  /** The command was found but cannot be executed. */
  public static final int CANNOT_INVOKE = 126;

  /** The command was not found. */
  public static final int NOT_FOUND = 127;

  private ExitCode() {}
}
