package dev.nonroot.launch;

import dev.nonroot.ExitCode;
import dev.nonroot.posix.PosixException;

/**
 * A command that only the limits and the exec are missing for.
 *
 * @param limits the limits to set
 * @param exec the command
 */
record ReadyCommand(Limits limits, Exec exec) {
  /**
   * Sets the limits and becomes the command.
   *
   * @return why that did not work, with exit code 126 or 127, or 125 if it was a limit; it returns
   *     only then
   */
  LaunchException run() {
    try {
      limits.set();
      return exec.run();
    } catch (PosixException e) {
      return new LaunchException(ExitCode.LAUNCHER_FAILED, e.getMessage());
    }
  }
}
