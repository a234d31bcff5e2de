package dev.nonroot.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.NameOrId;
import dev.nonroot.UserSpec;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.LaunchOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the options of {@code exec}, the environment and the policy file come to. */
class CommandLineTest {
  private static final String POLICY_FILE = "/etc/nonroot/nonroot.properties";

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);
  private final Output output = new Output();
  private Environment environment = new Environment(List.of("PATH=/bin"));

  private LaunchOptions options(String... args) throws ConfigurationException {
    List<String> all = new ArrayList<>(List.of("exec"));
    all.addAll(Arrays.asList(args));
    CommandLine commandLine = output.nonroot().commandLine();
    commandLine.parseArgs(all.toArray(new String[0]));
    ExecCommand exec = commandLine.getSubcommands().get("exec").getCommand();
    return exec.options(kernel, environment);
  }

  private static String text(UserSpec spec) {
    return spec.user().text() + (spec.group() == null ? "" : ":" + spec.group().text());
  }

  @Test
  void defaults() throws Exception {
    LaunchOptions expected =
        new LaunchOptions(
            null,
            null,
            false,
            0,
            List.of(),
            List.of(),
            -1,
            null,
            false,
            false,
            false,
            false,
            false,
            List.of("cmd"));
    assertEquals(expected, options("cmd"));
    assertEquals("", output.err());
  }

  @ParameterizedTest
  @CsvSource({"-u app:web", "-u=app:web", "-uapp:web", "--user app:web", "--user=app:web"})
  void user(String option) throws Exception {
    String[] args = (option + " cmd").split(" ");
    assertEquals("app:web", text(options(args).user()));
    assertEquals(List.of("cmd"), options(args).command());
  }

  @Test
  void aNumberBelowZeroIsNoOption() {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> options("-u", "-1", "cmd"));
    assertEquals(
        "user=-1 in the option --user is not valid; accepted: user or user:group, each a name,"
            + " or a number 0 to 2147483647",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"--groups a,7|a 7", "--groups=a|a", "--groups=|''"})
  void groups(String option, String expected) throws Exception {
    assertEquals(expected, groupsOf((option + " cmd").split(" ")));
  }

  @Test
  void noGroups() throws Exception {
    assertEquals("", groupsOf("--groups", "", "cmd"));
    assertNull(options("cmd").groups());
  }

  private String groupsOf(String... args) throws ConfigurationException {
    return String.join(" ", options(args).groups().stream().map(NameOrId::text).toList());
  }

  @Test
  void theOthers() throws Exception {
    LaunchOptions all =
        options(
            "--keep-groups",
            "--umask",
            "027",
            "--chdir",
            "/a b",
            "--allow-new-privs",
            "--strict",
            "--warn-only",
            "cmd");
    assertEquals(
        new LaunchOptions(
            null,
            null,
            true,
            0,
            List.of(),
            List.of(),
            027,
            "/a b",
            true,
            true,
            true,
            false,
            false,
            List.of("cmd")),
        all);
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
        words(List.of("cmd", "", "", "-"), List.of("cmd", "", "", "-")),
        words(List.of("", "a"), List.of("", "a")),
        words(List.of("-", "a"), List.of("-", "a")),
        words(List.of("@cmd", "@/etc/passwd", "@@x"), List.of("@cmd", "@/etc/passwd", "@@x")),
        words(
            List.of("cmd", "\"a\"", "'b'", "\"", "\\"), List.of("cmd", "\"a\"", "'b'", "\"", "\\")),
        words(
            List.of("cmd", "${x}", "$x", "a=b", "a,b"), List.of("cmd", "${x}", "$x", "a=b", "a,b")),
        words(List.of("cmd", " a\n\t", "\u00ff\u0080"), List.of("cmd", " a\n\t", "\u00ff\u0080")),
        words(List.of("exec", "help"), List.of("exec", "help")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandIsTakenAsItIs(List<String> args, List<String> command) throws Exception {
    assertEquals(command, options(args.toArray(new String[0])).command());
  }

  @Test
  void theUserComesFromTheFirstThatNamesOne() throws Exception {
    kernel.file(POLICY_FILE, "user=file\n");
    assertEquals("file", text(options("cmd").user()));
    environment = new Environment(List.of("NONROOT_USER=variable"));
    assertEquals("variable", text(options("cmd").user()));
    assertEquals("option", text(options("-u", "option", "cmd").user()));
    environment = new Environment(List.of("NONROOT_USER="));
    assertEquals("file", text(options("cmd").user()), "an empty variable is not set");
    assertEquals("", output.err());
  }

  @Test
  void aLockedUserIsThatOfTheFile() throws Exception {
    kernel.file(POLICY_FILE, "user=file\nlocked=user+action\n");
    environment = new Environment(List.of("NONROOT_ACTION=warn"));
    LaunchOptions options = options("-u", "option", "cmd");
    assertEquals("file", text(options.user()));
    assertFalse(options.warnOnly());
    assertEquals(
        """
        nonroot: warning: action in the environment variable NONROOT_ACTION is ignored: it is \
        locked by /etc/nonroot/nonroot.properties
        nonroot: warning: user in the option --user is ignored: it is locked by \
        /etc/nonroot/nonroot.properties
        """,
        output.err());
  }

  @Test
  void theVariables() throws Exception {
    environment = new Environment(List.of("NONROOT_ACTION=warn", "NONROOT_ALLOW_ROOT=1"));
    assertTrue(options("cmd").warnOnly());
    assertTrue(options("cmd").allowRoot());
    environment = new Environment(List.of("NONROOT_ACTION=refuse", "NONROOT_ALLOW_ROOT=yes"));
    assertFalse(options("cmd").warnOnly());
    assertFalse(options("cmd").allowRoot());
  }

  @ParameterizedTest
  @CsvSource({"NONROOT_ACTION=bogus", "NONROOT_USER=a:b:c", "NONROOT_USR=a", "NONROOT_CONFIG=/no"})
  void aBadVariableIsAnError(String variable) {
    environment = new Environment(List.of(variable));
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> options("cmd"));
    String name = variable.substring(0, variable.indexOf('='));
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @Test
  void whatOthersCanWriteIsNotHeeded() throws Exception {
    kernel.file(POLICY_FILE, FakeFile.of("user=file\n").owned(1000, 0644));
    assertThrows(ConfigurationException.class, () -> options("cmd"));
    kernel.become(FakeKernel.PID, Identity.user(1000));
    assertEquals("file", text(options("cmd").user()));
  }
}
