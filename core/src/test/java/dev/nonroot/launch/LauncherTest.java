package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.ExitCode;
import dev.nonroot.account.UserSpec;
import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher from its arguments to its exit code. */
class LauncherTest {
  private static final String POLICY_FILE = "/etc/nonroot/nonroot.properties";

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);
  private final FakeFrontEnd frontEnd = new FakeFrontEnd();
  private Environment environment = new Environment(List.of("PATH=/bin"));

  @BeforeEach
  void files() {
    kernel.file("/etc/passwd", "root:x:0:0::/root:\napp:x:1500:1600::/home/app:\n");
    kernel.file("/bin/cmd", FakeFile.of("").owned(0, 0755));
  }

  private Launcher launcher() {
    return new Launcher(kernel, environment, frontEnd);
  }

  private int run(String... args) {
    return launcher().run(args);
  }

  private LaunchOptions options(String... args) throws ConfigurationException {
    boolean root = kernel.credentials(FakeKernel.PID).isRoot();
    return launcher().options(CommandLine.parse(args), root);
  }

  private static String text(UserSpec spec) {
    return spec.user().text() + (spec.group() == null ? "" : ":" + spec.group().text());
  }

  private void assertFails(int exitCode, String message, String... args) {
    assertEquals(exitCode, run(args));
    assertEquals("nonroot: error: " + message + "\n", frontEnd.err.toString());
    assertEquals("", frontEnd.out.toString());
  }

  private boolean isRoot() {
    return kernel.credentials(FakeKernel.PID).isRoot();
  }

  @ParameterizedTest
  @CsvSource({
    "as=4096, true",
    "data=4096, true",
    "nproc=1, true",
    "nofile=4096, false",
    "stack=4096, false"
  })
  void theFrontEndIsToldOfLimitsThatMayHurtIt(String limit, boolean told) {
    assertThrows(
        Executed.class, () -> launcher().launch("-u", "app", "--rlimit", limit, "--", "cmd"));
    assertEquals(told, frontEnd.threadsMayStarve);
  }

  @Test
  void becomesTheUserAndThenTheCommand() {
    List<Boolean> root = new ArrayList<>();
    frontEnd.onHook = () -> root.add(isRoot());
    Executed executed =
        assertThrows(Executed.class, () -> launcher().launch("-u", "app", "--", "cmd", "-x"));
    assertEquals("/bin/cmd", executed.getMessage());
    assertEquals(List.of("cmd", "-x"), executed.argv());
    assertEquals(
        List.of("PATH=/bin", "HOME=/home/app", "USER=app", "LOGNAME=app"), executed.envp());
    assertEquals(List.of("step-down", "exec"), frontEnd.hooks);
    assertEquals(List.of(true, false), root);
    assertEquals("", frontEnd.out + "" + frontEnd.err, "nothing is printed on success");
  }

  @Test
  void aDryRunPrintsAndChangesNothing() {
    assertEquals(0, run("-u", "app", "--dry-run", "no"));
    assertEquals(
        """
        user: 1500 (app)
        group: 1600
        supplementary groups: 1600
        home: /home/app
        no_new_privs: on
        command: no
        """,
        frontEnd.out.toString());
    assertEquals(List.of(), frontEnd.hooks);
    assertEquals("", frontEnd.err.toString());
    assertTrue(isRoot());
  }

  @Test
  void aMistakeLeadsToTheHelp() {
    assertFails(78, "Unknown option: '--\u00ff\\x0a'; see nonroot --help", "--\u00ff\n", "cmd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cmd|78|no user is configured: -u 10001, NONROOT_USER=10001, or user=10001 in"
            + " /etc/nonroot/nonroot.properties",
        "|78|Missing COMMAND; see nonroot --help",
        "-u -1 cmd|78|user=-1 in the option --user is not valid; accepted: user or user:group, each"
            + " a name, or a number 0 to 2147483647",
        "--user= cmd|78|user= in the option --user is not valid; accepted: user or user:group, each"
            + " a name, or a number 0 to 2147483647",
        "-u 7 --umask 8 cmd|78|--umask '8' is not valid; accepted: octal, 0 to 0777",
        "-u root cmd|77|the user 'root' is root (uid 0); name another one with -u or NONROOT_USER,"
            + " or set NONROOT_ALLOW_ROOT=1",
        "-u 7 no|127|cannot run 'no': not found in PATH",
        "-u 7 /etc|127|cannot run '/etc': No such file or directory",
      })
  void failures(String args, int exitCode, String message) {
    assertFails(exitCode, message, args == null ? new String[0] : args.split(" "));
  }

  @Test
  void aFailedStepDownRunsNothing() {
    kernel.faults().fail("setgroups", Errno.EPERM);
    assertFails(
        125, "step-down failed: setgroups(1, [7]): Operation not permitted", "-u", "7", "cmd");
    assertEquals(List.of("step-down"), frontEnd.hooks);
  }

  @ParameterizedTest
  @ValueSource(strings = {"step-down", "exec"})
  void aFailedHookRunsNothing(String hook) {
    frontEnd.fail(hook, 125, "so");
    assertFails(125, "so", "-u", "7", "cmd");
    assertEquals(hook.equals("step-down"), isRoot());
  }

  @Test
  void aBugIsAnErrorLikeAnyOther() {
    frontEnd.onHook =
        () -> {
          throw new IllegalStateException("so\n\u0430");
        };
    assertFails(125, "internal error: java.lang.IllegalStateException: so\\x0a?", "-u", "7", "cmd");
    frontEnd.err.setLength(0);
    frontEnd.onHook =
        () -> {
          throw new StackOverflowError();
        };
    assertFails(125, "internal error: java.lang.StackOverflowError", "-u", "7", "cmd");
  }

  @Test
  void theWarningComesBeforeTheCommand() {
    kernel.become(FakeKernel.PID, Identity.root().permittedAndEffective(0));
    assertThrows(Executed.class, () -> launcher().launch("-u", "7", "--warn-only", "cmd"));
    assertEquals(
        "nonroot: warning: the command runs as root (uid 0), as stepping down is impossible: it"
            + " lacks CAP_SETUID or CAP_SETGID\n",
        frontEnd.err.toString());
  }

  @Test
  void theUserComesFromTheFirstThatNamesOne() throws Exception {
    kernel.file(POLICY_FILE, "user=file\n");
    assertEquals("file", text(options("cmd").user()));
    environment = new Environment(List.of("NONROOT_USER=variable", "NONROOT_USER=second"));
    assertEquals("variable", text(options("cmd").user()));
    assertEquals("option:g", text(options("-u", "option:g", "cmd").user()));
    environment = new Environment(List.of("NONROOT_USER="));
    assertEquals("file", text(options("cmd").user()), "an empty variable is not set");
    assertEquals("", frontEnd.err.toString());
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
        frontEnd.err.toString());
  }

  @Test
  void aLockedActionIsNotWarnOnly() throws Exception {
    kernel.file(POLICY_FILE, "user=7\nlocked=action\n");
    kernel.become(FakeKernel.PID, Identity.root().permittedAndEffective(0));
    assertEquals(125, run("--warn-only", "cmd"));
    String ignored =
        "nonroot: warning: action in the option --warn-only is ignored: it is locked by"
            + " /etc/nonroot/nonroot.properties\n";
    assertTrue(frontEnd.err.toString().startsWith(ignored), frontEnd.err.toString());
    frontEnd.err.setLength(0);
    kernel.file(POLICY_FILE, "user=7\naction=warn\nlocked=action\n");
    assertTrue(options("--warn-only", "cmd").warnOnly());
    assertEquals("", frontEnd.err.toString(), "it is what the file says");
  }

  @Test
  void theVariables() throws Exception {
    environment = new Environment(List.of("NONROOT_ACTION=warn", "NONROOT_ALLOW_ROOT=1"));
    assertTrue(options("cmd").warnOnly());
    assertTrue(options("cmd").allowRoot());
    environment =
        new Environment(
            List.of("NONROOT_ACTION=refuse", "NONROOT_ALLOW_ROOT=yes", "=x", "NONROOT_"));
    assertFalse(options("cmd").warnOnly());
    assertFalse(options("cmd").allowRoot());
  }

  @ParameterizedTest
  @CsvSource({"NONROOT_ACTION=bogus", "NONROOT_USER=a:b:c", "NONROOT_USR=a", "NONROOT_CONFIG=/no"})
  void aBadVariableIsAnError(String variable) {
    environment = new Environment(List.of(variable));
    assertEquals(78, run("--warn-only", "cmd"));
    String name = variable.substring(0, variable.indexOf('='));
    assertTrue(frontEnd.err.toString().contains(name), frontEnd.err.toString());
  }

  @Test
  void whatOthersCanWriteIsNotHeeded() throws Exception {
    kernel.file(POLICY_FILE, FakeFile.of("user=file\n").owned(1000, 0644));
    assertThrows(ConfigurationException.class, () -> options("cmd"));
    kernel.become(FakeKernel.PID, Identity.user(1000));
    assertEquals("file", text(options("cmd").user()));
  }

  @Test
  void helpIsPrintedWhateverElseIsWrong() {
    environment = new Environment(List.of("NONROOT_USR=a"));
    kernel.noProc();
    assertEquals(ExitCode.OK, run("--help", "--bogus"));
    String help = frontEnd.out.toString();
    assertTrue(help.startsWith("Usage: nonroot [OPTIONS] [--] COMMAND [ARG...]\n"), help);
    assertTrue(help.endsWith("\n  else  COMMAND's own\n"), help);
    for (String code : new String[] {"77 ", "78 ", "125", "126", "127"}) {
      assertTrue(help.contains("\n  " + code + "   "), code);
    }
    for (String line : help.lines().toList()) {
      assertTrue(line.length() <= 100 && line.chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
    }
    assertEquals("", frontEnd.err.toString());
  }

  @ParameterizedTest
  @EnumSource
  void theHelpNamesEveryOption(Option option) {
    run("-h");
    String letter = option.letter() == 0 ? "      " : "  -" + option.letter() + ", ";
    String label = option.label() == null ? "" : " " + option.label();
    String line = "\n" + letter + option + label + " ";
    assertTrue(frontEnd.out.toString().contains(line), line);
  }

  @Test
  void version() {
    assertEquals(ExitCode.OK, run("-V"));
    assertEquals("nonroot 1.2.3\n", frontEnd.out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonroot", "/opt/nonroot/bin/nonroot", "", "x-gosu", "/gosu/x", "GOSU"})
  void anyOtherNameIsNonroot(String name) {
    assertEquals(ExitCode.OK, launcher().runByName(name, "-V"));
    assertEquals(78, launcher().runByName(name));
  }

  @Test
  void withoutANameItIsNonroot() {
    assertEquals(78, launcher().runByName());
    assertEquals("nonroot: error: Missing COMMAND; see nonroot --help\n", frontEnd.err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gosu", "su-exec", "/usr/local/bin/gosu", "./su-exec"})
  void gosuAndSuExecAreGosu(String name) {
    assertEquals(1, launcher().runByName(name, "bogus", "cmd"));
    assertTrue(frontEnd.err.toString().startsWith("error: failed switching to 'bogus': "));
  }
}
