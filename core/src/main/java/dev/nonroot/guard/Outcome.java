package dev.nonroot.guard;

import dev.nonroot.Account;
import java.util.List;

/**
 * What an agent has to do after the check.
 *
 * @param exitCode with which code to end the JVM; {@link dev.nonroot.ExitCode#OK} if it goes on
 * @param stderr the lines to print, one char per byte, without newlines
 * @param account who the process has become, or null if it did not step down
 */
public record Outcome(int exitCode, List<String> stderr, Account account) {}
