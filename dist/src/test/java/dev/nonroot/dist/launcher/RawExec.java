package dev.nonroot.dist.launcher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A caller that knows no strings: perl calls execve(2) with the very bytes, which a JVM or a shell
 * would decode, sort, or leave out.
 */
final class RawExec {
  private static final String SCRIPT =
      """
      my ($number, $argc, @words) = map { $_ eq 'none' ? '' : $_ } @ARGV;
      @words = map { pack('H*', $_) } @words;
      my @argv = splice(@words, 0, $argc);
      my $argv = pack('p' x @argv . 'J', @argv, 0);
      my $envp = pack('p' x @words . 'J', @words, 0);
      syscall($number + 0, $argv[0], $argv, $envp);
      die "execve: $!";
      """;

  /** As a command: prints its arguments and its environment, with a NUL behind each. */
  static final String DUMP =
      """
      print map { "$_\\0" } 'arguments', @ARGV, 'environment';
      open(my $environ, '<', '/proc/self/environ') or die;
      local $/;
      print <$environ>;
      """;

  private RawExec() {}

  static boolean isAvailable() {
    return Files.isExecutable(Path.of("/usr/bin/perl"));
  }

  /** The command, by path, and its environment; one char per byte. */
  static List<String> of(List<String> argv, List<String> environment) {
    String number = System.getProperty("os.arch").equals("amd64") ? "59" : "221";
    List<String> all = new ArrayList<>(List.of("/usr/bin/perl", "-e", SCRIPT, number));
    all.add(String.valueOf(argv.size()));
    for (List<String> words : List.of(argv, environment)) {
      for (String word : words) {
        all.add(
            word.isEmpty()
                ? "none"
                : HexFormat.of().formatHex(word.getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
    return all;
  }
}
