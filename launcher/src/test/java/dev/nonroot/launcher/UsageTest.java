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

/** Subcommands, help, and what a mistake on the command line gets: one line, and exit code 78. */
class UsageTest {
  private final Output output = new Output();

  static Stream<Arguments> mistakes() {
    String exec = "; see nonroot exec --help";
    return Stream.of(
        Arguments.of(List.of(), "Missing required subcommand; see nonroot --help"),
        Arguments.of(
            List.of("bogus"), "Unmatched argument at index 0: 'bogus'; see nonroot --help"),
        Arguments.of(List.of("--bogus"), "Unknown option: '--bogus'; see nonroot --help"),
        Arguments.of(
            List.of("--", "exec"), "Unmatched argument at index 1: 'exec'; see nonroot --help"),
        Arguments.of(List.of("exec"), "Missing COMMAND" + exec),
        Arguments.of(List.of("exec", "--bogus"), "Unknown option: '--bogus'" + exec),
        Arguments.of(
            List.of("exec", "--\u00ff\n", "id"), "Unknown option: '--\u00ff\\x0a'" + exec));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneLine(List<String> args, String message) {
    assertEquals(78, output.run(args.toArray(new String[0])));
    assertEquals("nonroot: error: " + message + "\n", output.err());
    assertEquals("", output.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-u x --help", "--help cmd -x"})
  void helpOfExec(String args) {
    assertEquals(0, output.run(("exec " + args).split(" ")));
    assertEquals("", output.err());
    assertTrue(output.out().startsWith("Usage: nonroot exec [OPTIONS] [--] COMMAND [ARG...]\n"));
  }

  @Test
  void helpOfAllNamesTheSubcommands() {
    assertEquals(0, output.run("--help"));
    assertTrue(output.out().contains("\n  exec  "), output.out());
    assertEquals("", output.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version", "exec -V", "exec --version"})
  void version(String args) {
    assertEquals(0, output.run(args.split(" ")));
    assertEquals("nonroot unpacked\n", output.out());
    assertEquals("", output.err());
  }
}
