package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.NameOrId;
import dev.nonroot.config.Settings;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.ownership.FileCopy;
import dev.nonroot.ownership.NewDirectory;
import dev.nonroot.ownership.OwnRequest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher's arguments come to, and which are mistakes. */
class CommandLineTest {
  private static LaunchOptions options(String... args) throws ConfigurationException {
    FakeKernel kernel = new FakeKernel(Identity.root(), 1);
    return CommandLine.parse(args).options(Settings.resolve(kernel, true), false);
  }

  /** Words with blanks between them; two single quotes are an empty one. */
  private static String[] words(String line) {
    return Arrays.stream(line.split(" "))
        .map(word -> word.equals("''") ? "" : word)
        .toArray(String[]::new);
  }

  @Test
  void defaults() throws Exception {
    assertEquals(
        new LaunchOptions(
            null,
            null,
            false,
            0,
            List.of(),
            List.of(),
            new OwnRequest(List.of(), false, false),
            List.of(),
            -1,
            null,
            false,
            false,
            false,
            false,
            false,
            List.of("cmd")),
        options("cmd"));
    assertNull(CommandLine.parse("cmd").user());
  }

  @Test
  void everything() throws Exception {
    LaunchOptions all =
        options(
            words(
                "--keep-groups --cap NET_BIND_SERVICE,CAP_KILL --mkdir /d:0750 --mkdir=e --copy /s:/t --copy=u:v:w --own /a"
                    + " --own=b --own-best-effort"
                    + " --umask 027 --chdir /c --rlimit nofile=1:2 --rlimit=core=0 --allow-new-privs --strict"
                    + " --warn-only --dry-run cmd -x"));
    assertEquals(
        new LaunchOptions(
            null,
            null,
            true,
            Capability.mask(10) | Capability.mask(5),
            List.of(new NewDirectory("/d", 0750), new NewDirectory("e", 0700)),
            List.of(new FileCopy("/s", "/t"), new FileCopy("u", "v:w")),
            new OwnRequest(List.of("/a", "b"), false, true),
            List.of(new ResourceLimit("nofile", 7, 1, 2), new ResourceLimit("core", 4, 0, 0)),
            027,
            "/c",
            true,
            true,
            true,
            false,
            true,
            List.of("cmd", "-x")),
        all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--keep-groups",
        "--allow-new-privs",
        "--strict",
        "--warn-only",
        "--own-once",
        "--own-best-effort"
      })
  void aFlagSetsItselfAlone(String flag) throws Exception {
    LaunchOptions options = options(flag, flag, "cmd");
    assertEquals(flag.equals("--keep-groups"), options.keepGroups());
    assertEquals(flag.equals("--allow-new-privs"), options.allowNewPrivs());
    assertEquals(flag.equals("--strict"), options.strict());
    assertEquals(flag.equals("--warn-only"), options.warnOnly());
    assertEquals(flag.equals("--own-once"), options.own().once());
    assertEquals(flag.equals("--own-best-effort"), options.own().bestEffort());
    assertFalse(options.dryRun());
  }

  @Test
  void aDryRun() throws Exception {
    assertTrue(options("--dry-run", "cmd").dryRun());
  }

  @ParameterizedTest
  @CsvSource({
    "-u a:b,a:b",
    "-ua:b,a:b",
    "-u=a:b,a:b",
    "--user a:b,a:b",
    "--user=a:b,a:b",
    "--user=a=b,a=b",
    "--user=,''",
    "--user '',''",
    "-u '',''",
    "-u -1,-1",
    "-u-1,-1",
    "-u --help,--help",
    "-u --,--",
    "--user -u,-u"
  })
  void theValueIsTheNextWordOrAttached(String option, String user) throws Exception {
    CommandLine line = CommandLine.parse(words(option + " cmd -u"));
    assertEquals(user, line.user());
    LaunchOptions options =
        line.options(Settings.resolve(new FakeKernel(Identity.root(), 1), true), true);
    assertEquals(List.of("cmd", "-u"), options.command());
    assertTrue(options.allowRoot());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"--groups a,7|a 7", "--groups=a|a", "--groups=|''", "--groups ''|''"})
  void groups(String option, String expected) throws Exception {
    List<NameOrId> groups = options(words(option + " cmd")).groups();
    assertEquals(expected, String.join(" ", groups.stream().map(NameOrId::text).toList()));
  }

  @Test
  void noCapabilities() throws Exception {
    assertEquals(0, options("--cap", "", "cmd").capabilities());
  }

  private static Arguments words(List<String> args, List<String> command) {
    return Arguments.of(args, command);
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        words(List.of("cmd", "-u", "root", "--dry-run"), List.of("cmd", "-u", "root", "--dry-run")),
        words(List.of("cmd", "-h", "-V", "--bogus"), List.of("cmd", "-h", "-V", "--bogus")),
        words(List.of("--", "sh", "-c", "x", "--", "y"), List.of("sh", "-c", "x", "--", "y")),
        words(List.of("sh", "--", "y"), List.of("sh", "--", "y")),
        words(List.of("--", "--"), List.of("--")),
        words(List.of("--", "-u", "x"), List.of("-u", "x")),
        words(List.of("--strict", "--", "cmd"), List.of("cmd")),
        words(List.of("--umask", "0", "cmd", "--strict"), List.of("cmd", "--strict")),
        words(List.of("cmd", "", "", "-"), List.of("cmd", "", "", "-")),
        words(List.of("", "a"), List.of("", "a")),
        words(List.of("-", "a"), List.of("-", "a")),
        words(List.of("@cmd", "@/etc/passwd", "@@x"), List.of("@cmd", "@/etc/passwd", "@@x")),
        words(List.of("cmd", "\"a\"", "'b'", "\\"), List.of("cmd", "\"a\"", "'b'", "\\")),
        words(List.of("cmd", "${x}", "a=b", "a,b"), List.of("cmd", "${x}", "a=b", "a,b")),
        words(List.of("cmd", " a\n\t", "\u00ff\u0080"), List.of("cmd", " a\n\t", "\u00ff\u0080")),
        words(List.of("exec", "help"), List.of("exec", "help")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandIsTakenAsItIs(List<String> args, List<String> command) throws Exception {
    assertEquals(command, options(args.toArray(new String[0])).command());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus cmd|Unknown option: '--bogus'",
        "--bogus=1 cmd|Unknown option: '--bogus'",
        "--=1 cmd|Unknown option: '--'",
        "---|Unknown option: '---'",
        "--us app cmd|Unknown option: '--us'",
        "--USER app cmd|Unknown option: '--USER'",
        "-x cmd|Unknown option: '-x'",
        "-hV|Unknown option: '-hV'",
        "-Vx|Unknown option: '-Vx'",
        "-1 cmd|Unknown option: '-1'",
        "--strict --bogus|Unknown option: '--bogus'",
        "--bogus --help|Unknown option: '--bogus'",
        "-u|Option --user needs a value: --user SPEC",
        "--user|Option --user needs a value: --user SPEC",
        "--strict --own|Option --own needs a value: --own PATH",
        "--rlimit|Option --rlimit needs a value: --rlimit NAME=SOFT[:HARD]",
        "--strict=1 cmd|Option --strict takes no value",
        "--strict= cmd|Option --strict takes no value",
        "--help=x|Option --help takes no value",
        "-h=x|Option --help takes no value",
        "-u a -u b cmd|Option --user is given twice; accepted: once",
        "-u a --user=a cmd|Option --user is given twice; accepted: once",
        "--groups a --groups b cmd|Option --groups is given twice; accepted: once",
        "--cap KILL --cap KILL cmd|Option --cap is given twice; accepted: once",
        "--umask 0 --umask 0 cmd|Option --umask is given twice; accepted: once",
        "--chdir a --chdir b cmd|Option --chdir is given twice; accepted: once",
        "--|Missing COMMAND",
        "--strict|Missing COMMAND",
        "-u 1|Missing COMMAND",
        "-u 1 --|Missing COMMAND",
        "--dry-run|Missing COMMAND",
      })
  void aMistake(String args, String message) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> CommandLine.parse(words(args)));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rlimit core=0 --rlimit core=1 cmd|Option --rlimit core is given twice; accepted: once",
        "--copy a cmd|--copy 'a' is not valid; accepted: SRC:DST, a file and the path of its copy",
        "--copy :a cmd|--copy ':a' is not valid; accepted: SRC:DST, a file and the path of its copy",
        "--copy a: cmd|--copy 'a:' is not valid; accepted: SRC:DST, a file and the path of its copy",
        "--copy a:b/ cmd|--copy 'a:b/' is not valid; accepted: SRC:DST, a file and the path of its"
            + " copy",
        "--mkdir= cmd|--mkdir '' is not valid; accepted: a directory, or directory:MODE with three or"
            + " four octal digits",
        "--mkdir :0755 cmd|--mkdir ':0755' is not valid; accepted: a directory, or directory:MODE"
            + " with three or four octal digits",
        "--own= cmd|--own '' is not valid; accepted: a file or directory",
        "--own '' cmd|--own '' is not valid; accepted: a file or directory",
        "--chdir= cmd|--chdir '' is not valid; accepted: a directory",
        "--umask 8 cmd|--umask '8' is not valid; accepted: octal, 0 to 0777",
        "--umask= cmd|--umask '' is not valid; accepted: octal, 0 to 0777",
        "--rlimit core= cmd|--rlimit 'core=' is not valid; accepted: limits that are numbers of at"
            + " most 18 digits, or unlimited",
        "--cap SETUID cmd|--cap 'SETUID' is not valid; accepted: any but SETUID and SETGID, which"
            + " could get root back",
        "--groups a,,b cmd|--groups 'a,,b' is not valid; accepted: names or numbers with one comma"
            + " between them, '' for none",
        "--groups 4294967296 cmd|id 4294967296 is out of range; accepted: 0 to 2147483647",
      })
  void aBadValue(String args, String message) throws Exception {
    CommandLine.parse(words(args)); // is well-formed
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> options(words(args)));
    assertEquals(message, e.getMessage());
  }

  @Test
  void noArgumentsAtAll() {
    ConfigurationException e = assertThrows(ConfigurationException.class, CommandLine::parse);
    assertEquals("Missing COMMAND", e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void everyOptionIsReadByItsName(Option option) throws Exception {
    String value =
        switch (option) {
          case CAP -> "KILL";
          case UMASK -> "0";
          case RLIMIT -> "core=0";
          default -> "x";
        };
    String word = option.label() == null ? option.toString() : option + "=" + value;
    CommandLine line = CommandLine.parse(word, "cmd");
    for (Option other : Option.values()) {
      assertEquals(other == option, line.has(other), other.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-u x --help", "-h --bogus", "--help cmd -x"})
  void helpEndsTheReading(String args) throws Exception {
    assertTrue(CommandLine.parse(words(args)).has(Option.HELP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version", "--strict -V --bogus", "--version --help"})
  void versionEndsTheReading(String args) throws Exception {
    CommandLine line = CommandLine.parse(words(args));
    assertTrue(line.has(Option.VERSION));
    assertFalse(line.has(Option.HELP));
  }
}
