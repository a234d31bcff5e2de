package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in place of gosu; the expected is what gosu itself does, but where noted. */
class GosuTest {
  /** Without group 0, so that a caller's group is told apart from root's. */
  private static final Identity ROOT = Identity.root().gid(44).groups(44, 29);

  private final FakeKernel kernel = new FakeKernel(ROOT, 1);
  private final FakeFrontEnd frontEnd = new FakeFrontEnd();
  private final Environment environment =
      new Environment(
          List.of(
              "USER=root",
              "HOME=/x",
              "PATH=/bin",
              "NONROOT_USER=5",
              "NONROOT_BOGUS=1",
              "NONROOT_ALLOW_ROOT=1"));

  @BeforeEach
  void files() {
    kernel.file(
        "/etc/passwd",
        "root:x:0:0::/root:\ngames:x:5:60::/usr/games:\nlp:x:7:7::/var/spool/lpd:\n");
    kernel.file(
        "/etc/group",
        "root:x:0:root\nadm:x:4:root,games\ndaemon:x:1:\ngames:x:60:\naudio:x:29:games\n");
    kernel.file("/bin/cmd", FakeFile.of("").owned(0, 0755));
    kernel.file("/etc/nonroot/nonroot.properties", "not valid\n");
  }

  private Gosu gosu() {
    return new Gosu(kernel, environment, frontEnd, "gosu");
  }

  private Credentials credentials() {
    return kernel.credentials(FakeKernel.PID);
  }

  private Executed executed(String... args) {
    return assertThrows(Executed.class, () -> gosu().launch(args), frontEnd.err.toString());
  }

  private void assertFails(String message, String... args) {
    assertEquals(1, gosu().run(args));
    assertEquals("error: " + message + "\n", frontEnd.err.toString());
    assertEquals("", frontEnd.out.toString());
  }

  @Test
  void theSessionKeyringIsLeftIfItCanBe() {
    executed("games", "cmd");
    assertTrue(kernel.faults().calls().contains("keyctl(1, 0)"));
    kernel.become(FakeKernel.PID, ROOT);
    kernel.faults().fail("keyctl", Errno.EDQUOT);
    executed("games", "cmd");
    assertEquals("", frontEnd.err.toString());
  }

  @Test
  void rootKeepsItsSessionKeyring() {
    executed("root", "cmd");
    assertFalse(kernel.faults().calls().contains("keyctl(1, 0)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // spec | uid | gid | groups, with the gid among them as id(1) has it | HOME
        "0|0|0|0,4|/root",
        "root|0|0|0,4|/root",
        "0:|0|0|0,4|/root",
        "root:|0|0|0,4|/root",
        "0:0|0|0|0|/root",
        "0:root|0|0|0|/root",
        "root:0|0|0|0|/root",
        "root:root|0|0|0|/root",
        "0:1000|0|1000|1000|/root",
        "root:1000|0|1000|1000|/root",
        "1000|1000|44|44|/",
        "1000:|1000|44|44|/",
        "1000:1000|1000|1000|1000|/",
        "1000:root|1000|0|0|/",
        "1000:daemon|1000|1|1|/",
        "games|5|60|4,29,60|/usr/games",
        "games:|5|60|4,29,60|/usr/games",
        "5|5|60|4,29,60|/usr/games",
        "games:daemon|5|1|1|/usr/games",
        "''|0|0|0,4|/root",
        ":|0|0|0,4|/root",
        ":0|0|0|0|/root",
        ":daemon|0|1|1|/root",
        "+5|5|60|4,29,60|/usr/games",
        "007|7|7|7|/var/spool/lpd",
        "-0|0|0|0,4|/root",
        "2147483647|2147483647|44|44|/",
      })
  void whoTheCommandIs(String spec, int uid, int gid, String groups, String home) {
    Executed executed = executed(spec, "cmd", "-u", "--");
    assertEquals(new Ids(uid, uid, uid, uid), credentials().uid());
    assertEquals(new Ids(gid, gid, gid, gid), credentials().gid());
    assertEquals(groups, credentials().groups().toString());
    assertEquals(List.of("cmd", "-u", "--"), executed.argv());
    assertEquals(
        List.of(
            "USER=root",
            "HOME=" + home,
            "PATH=/bin",
            "NONROOT_USER=5",
            "NONROOT_BOGUS=1",
            "NONROOT_ALLOW_ROOT=1"),
        executed.envp());
    assertEquals("", frontEnd.out + "" + frontEnd.err);
    assertEquals(List.of("step-down", "exec"), frontEnd.hooks);
  }

  @Test
  void whatGosuLeavesIsLeft() {
    executed("games", "cmd");
    assertFalse(credentials().noNewPrivs());
    assertEquals(Identity.ALL_CAPABILITIES, credentials().capabilities().bounding());
    assertEquals(0, credentials().capabilities().held());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus|there is no user 'bogus' in /etc/passwd; accepted: a name from there, or a number",
        "0day|there is no user '0day' in /etc/passwd; accepted: a name from there, or a number",
        "' 5'|there is no user ' 5' in /etc/passwd; accepted: a name from there, or a number",
        "0x10|there is no user '0x10' in /etc/passwd; accepted: a name from there, or a number",
        "--|there is no user '--' in /etc/passwd; accepted: a name from there, or a number",
        "0:bogus|there is no group 'bogus' in /etc/group; accepted: a name from there, or a number",
        "0:0day|there is no group '0day' in /etc/group; accepted: a name from there, or a number",
        ":bogus|there is no group 'bogus' in /etc/group; accepted: a name from there, or a number",
        "-1|id -1 is out of range; accepted: 0 to 2147483647",
        "0:-3|id -3 is out of range; accepted: 0 to 2147483647",
        "2147483648|id 2147483648 is out of range; accepted: 0 to 2147483647",
        "4294967295|id 4294967295 is out of range; accepted: 0 to 2147483647",
        "4294967296|id 4294967296 is out of range; accepted: 0 to 2147483647",
        "1:4294967296|id 4294967296 is out of range; accepted: 0 to 2147483647",
        // gosu ignores a third field
        "1:1:1|user-spec '1:1:1' is malformed; accepted: user or user:group, each a name or number",
      })
  void isAnError(String spec, String reason) {
    assertFails("failed switching to '" + spec + "': " + reason, spec, "cmd");
    assertEquals(ROOT.credentials(), credentials());
    assertEquals(List.of(), frontEnd.hooks);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "root", "0:1000", "", ":0", "+0"})
  void rootHasToBeAllowed(String spec) {
    environment.remove("NONROOT_ALLOW_ROOT");
    assertFails(
        "failed switching to '"
            + spec
            + "': this user is root (uid 0); name another one, or set NONROOT_ALLOW_ROOT=1",
        spec,
        "cmd");
  }

  @Test
  void whoHasNoRightsFailsAsInGosu() {
    kernel.become(FakeKernel.PID, Identity.user(1000));
    for (String spec : new String[] {"", "1000", "games"}) {
      frontEnd.err.setLength(0);
      assertEquals(1, gosu().run(spec, "cmd"));
      String start = "error: failed switching to '" + spec + "': setgroups(";
      assertTrue(frontEnd.err.toString().startsWith(start), frontEnd.err.toString());
    }
  }

  @Test
  void whoHasTheRightsNeedNotBeRoot() {
    long rights = Capability.mask(Capability.SETUID) | Capability.mask(Capability.SETGID);
    kernel.become(FakeKernel.PID, ambient(rights));
    executed("games", "cmd");
    assertEquals(new Ids(5, 5, 5, 5), credentials().uid());
    assertEquals(0, credentials().capabilities().held());
  }

  @Test
  void anEmptyUserIsTheCallers() {
    long rights = Capability.mask(Capability.SETUID) | Capability.mask(Capability.SETGID);
    kernel.become(FakeKernel.PID, ambient(rights));
    executed("", "cmd");
    assertEquals(new Ids(1000, 1000, 1000, 1000), credentials().uid());
    assertEquals("1000", credentials().groups().toString());
  }

  @Test
  void aCallersIdOutOfRangeIsNotTaken() {
    kernel.become(FakeKernel.PID, ROOT.gid(4294967294L));
    assertFails(
        "failed switching to '1000': id 4294967294 is out of range; accepted: 0 to 2147483647",
        "1000",
        "cmd");
  }

  @Test
  void setUserIdIsRefused() {
    kernel.become(FakeKernel.PID, ROOT.uid(1000, 0, 0, 0));
    assertEquals(1, gosu().run("games", "cmd"));
    assertTrue(
        frontEnd
            .err
            .toString()
            .startsWith("error: failed switching to 'games': started set-user-ID"),
        frontEnd.err.toString());
  }

  private static Identity ambient(long rights) {
    CapabilitySets sets = new CapabilitySets(rights, rights, rights, rights, rights);
    return Identity.user(1000).capabilities(sets);
  }

  /** As of setcap cap_setuid,cap_setgid+ep gosu: whoever may execute it would be root. */
  @Test
  void capabilitiesOfTheFileAreRefused() {
    long rights = Capability.mask(Capability.SETUID) | Capability.mask(Capability.SETGID);
    kernel.become(FakeKernel.PID, Identity.user(1000).permittedAndEffective(rights));
    assertFails(
        "failed switching to 'games': its file has capabilities, which would give root to any"
            + " caller: take them off with setcap -r",
        "games",
        "cmd");
  }

  @Test
  void theStepDownIsVerified() {
    kernel.faults().lie("setresuid(5", FakeKernel.PID);
    assertEquals(1, gosu().run("games", "cmd"));
    String message =
        "error: failed switching to 'games': the calling thread was left with uids 0 0 0 0";
    assertTrue(frontEnd.err.toString().startsWith(message), frontEnd.err.toString());
    assertEquals(List.of("step-down"), frontEnd.hooks);
  }

  @Test
  void theCommandIsNotFoundAsGoSaysIt() {
    assertFails("exec: \"n\\x0ao\": executable file not found in $PATH", "games", "n\no");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/no|exec: \"/no\": No such file or directory",
        "/bin/cmd|exec: \"/bin/cmd\": Permission denied: the interpreter that its first line names"
            + " (#!), or its dynamic linker, may not be executed",
        "cmd|exec: \"/bin/cmd\": Permission denied: the interpreter that its first line names"
            + " (#!), or its dynamic linker, may not be executed",
      })
  void theCommandCannotBeExecuted(String command, String message) {
    kernel.faults().fail("execve(/bin/cmd", Errno.EACCES);
    assertFails(message, "games", command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"step-down", "exec"})
  void aFailedHookRunsNothing(String hook) {
    frontEnd.fail(hook, 125, "so");
    assertEquals(1, gosu().run("games", "cmd"));
    assertTrue(frontEnd.err.toString().endsWith("so\n"), frontEnd.err.toString());
  }

  @Test
  void aBugIsAnErrorLikeAnyOther() {
    frontEnd.onHook =
        () -> {
          throw new StackOverflowError();
        };
    assertFails("internal error: java.lang.StackOverflowError", "games", "cmd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "games", "--", "--bogus"})
  void tooFewArgumentsGetTheUsage(String args) {
    assertEquals(1, gosu().run(args.isEmpty() ? new String[0] : new String[] {args}));
    assertEquals("", frontEnd.out.toString());
    assertTrue(frontEnd.err.toString().startsWith("Usage: gosu user-spec command [args]\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "-?", "-h x y"})
  void help(String args) {
    List<String> words = new ArrayList<>(List.of(args.split(" ")));
    assertEquals(0, gosu().run(words.toArray(new String[0])));
    assertTrue(frontEnd.out.toString().startsWith("Usage: gosu user-spec command [args]\n"));
    assertEquals("", frontEnd.err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-v", "-v x y"})
  void version(String args) {
    assertEquals(0, gosu().run(args.split(" ")));
    assertEquals("nonroot 1.2.3\n", frontEnd.out.toString());
  }

  @Test
  void theUsageHasTheNameThatWasCalled() {
    new Gosu(kernel, environment, frontEnd, "su-exec").run();
    assertArrayEquals(
        new String[] {
          "Usage: su-exec user-spec command [args]",
          "   eg: su-exec app java -jar app.jar",
          "       su-exec nobody:root sh -c 'whoami && id'",
          "       su-exec 1000:1 id",
          "",
          "This is nonroot 1.2.3, in place of su-exec."
        },
        frontEnd.err.toString().split("\n"));
  }
}
