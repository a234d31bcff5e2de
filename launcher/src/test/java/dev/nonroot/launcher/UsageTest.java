package dev.nonroot.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, and what a mistake on the command line gets: one line, and exit code 78. */
class UsageTest {
  private final Output output = new Output();

  private int execute(String... args) {
    return output.nonroot().commandLine().execute(args);
  }

  static Stream<Arguments> mistakes() {
    String exec = "; see nonroot exec --help";
    String twice = "option '--user' (SPEC) should be specified only once";
    String unknownByte = "Unknown option: '--\u00ff\\x0a'";
    return Stream.of(
        Arguments.of(List.of(), "Missing required subcommand; see nonroot --help"),
        Arguments.of(
            List.of("bogus"), "Unmatched argument at index 0: 'bogus'; see nonroot --help"),
        Arguments.of(List.of("exec"), "Missing COMMAND" + exec),
        Arguments.of(List.of("exec", "--"), "Missing COMMAND" + exec),
        Arguments.of(List.of("exec", "--bogus"), "Unknown option: '--bogus'" + exec),
        Arguments.of(List.of("exec", "-x", "id"), "Unknown option: '-x'" + exec),
        Arguments.of(List.of("exec", "--\u00ff\n", "id"), unknownByte + exec),
        Arguments.of(
            List.of("exec", "-u"), "Missing required parameter for option '--user' (SPEC)" + exec),
        Arguments.of(List.of("exec", "-u", "a", "-u", "b", "id"), twice + exec));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneLine(List<String> args, String message) {
    assertEquals(78, execute(args.toArray(new String[0])));
    assertEquals("nonroot: error: " + message + "\n", output.err());
    assertEquals("", output.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-u x --help", "--help cmd -x"})
  void helpNamesOptionsAndExitCodes(String args) {
    assertEquals(0, execute(("exec " + args).split(" ")));
    assertEquals("", output.err());
    assertTrue(output.out().startsWith("Usage: nonroot exec [OPTIONS] [--] COMMAND [ARG...]\n"));
    for (String option :
        new String[] {
          "-u, --user=SPEC",
          "--groups=G[,G...]",
          "--keep-groups",
          "--umask=OCTAL",
          "--chdir=DIR",
          "--allow-new-privs",
          "--strict",
          "--warn-only",
          "--dry-run",
          "-h, --help",
          "-V, --version"
        }) {
      assertTrue(output.out().contains("  " + option + " "), option);
    }
    for (String exitCode : new String[] {"77", "78", "125", "126", "127", "else"}) {
      assertTrue(output.out().contains("\n  " + exitCode + " "), exitCode);
    }
  }

  @Test
  void helpOfAllNamesTheSubcommands() {
    assertEquals(0, execute("--help"));
    assertTrue(output.out().contains("\n  exec  "), output.out());
    assertEquals("", output.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version", "exec -V", "exec --version"})
  void version(String args) {
    assertEquals(0, execute(args.split(" ")));
    assertEquals("nonroot unpacked\n", output.out());
    assertEquals("", output.err());
  }
}
