package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where options come from, which wins, and that a wrong one is one line and exit code 78. */
class AgentConfigurationIT {
  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus=1|unknown key 'bogus' in the agent options; accepted: action, user, profile,",
        "action=foo|action=foo in the agent options is not valid; accepted: refuse, drop, warn or",
        "action|'action' in the agent options is not valid; accepted: key=value",
        "action=warn,|'' in the agent options is not valid; accepted: key=value",
        "action=warn,action=off|action is given twice in the agent options",
        "profile=none|profile=none in the agent options is not valid; accepted: baseline or",
        "deny=foo|deny=foo in the agent options is not valid; accepted: rules joined by +:",
        "deny=root-gid,allow=root-gid|accepted: each rule once in deny, warn and allow together",
        "min-uid=x|min-uid=x in the agent options is not valid; accepted: a number",
        "min-uid=2147483648|is not valid; accepted: a number, 0 to 2147483647",
        "allow-caps=FOO|allow-caps=FOO in the agent options is not valid",
        "report=xml|report=xml in the agent options is not valid; accepted: text, json or none",
        "report-file=|report-file= in the agent options is not valid",
        "no-new-privs=1|no-new-privs=1 in the agent options is not valid; accepted: true or false",
        "drop-deadline=soon|drop-deadline=soon in the agent options is not valid",
        "drop-after=bind:0|drop-after=bind:0 in the agent options is not valid; accepted: start",
        "drop-after=soon|drop-after=soon in the agent options is not valid; accepted: start",
        "spawn=never|spawn=never in the agent options is not valid; accepted: allow,",
        "exempt=none+x|exempt=none+x in the agent options is not valid",
        "config=/nonexistent|config=/nonexistent in the agent options is not valid; accepted: a file",
        "config=/etc|cannot read /etc: Not a regular file",
      })
  void aWrongOptionIsOneLine(String options, String message) throws Exception {
    // for whoever it is, and also where nothing would come of the action
    for (TestedJvm jvm : TestedJvm.onOldest()) {
      refusesToRun(jvm.run(options, "Exits", "0"), message);
      refusesToRun(AgentRun.asUser(jvm.command(options, "Exits", "0")).go(), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"warn", "deny"})
  void childProcessesAreForTheJar(String value) throws Exception {
    for (TestedJvm jvm : TestedJvm.onOldest()) {
      if (!jvm.isJar()) {
        refusesToRun(
            jvm.run("action=warn,spawn=" + value, "Exits", "0"),
            "; accepted: allow, as only nonroot-agent.jar finds out what processes a JVM starts");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bind:443", "return:a.B#c"})
  void aLaterStepDownIsForTheJarAndTheActionDrop(String value) throws Exception {
    for (TestedJvm jvm : TestedJvm.onOldest()) {
      if (!jvm.isJar()) {
        refusesToRun(
            jvm.run("action=drop,user=10001,drop-after=" + value, "Exits", "0"),
            "; accepted: start, as only nonroot-agent.jar finds out");
      }
      refusesToRun(
          jvm.run("drop-after=" + value, "Exits", "0"),
          jvm.isJar() ? " needs action=drop: among the agent options" : "; accepted: start, as");
    }
  }

  private static void refusesToRun(Run.Result result, String message) {
    assertEquals(78, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertEquals(1, result.errors().size(), result.toString());
    assertTrue(result.errors().get(0).startsWith("nonroot: error: "), result.toString());
    assertTrue(result.errors().get(0).contains(message), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void wrongVariablesAreOneLineToo(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("", "Exits", "0");
    refusesToRun(
        Run.of(command).with("NONROOT_ACTION", "foo").go(),
        "action=foo in the environment variable NONROOT_ACTION is not valid");
    refusesToRun(
        Run.of(command).with("NONROOT_ACTON", "warn").go(),
        "unknown variable NONROOT_ACTON in the environment, which is nearly NONROOT_ACTION;");
    refusesToRun(
        Run.of(command).with("NONROOT_ACTION", "false").go(),
        "action=false in the environment variable NONROOT_ACTION is not valid; accepted: refuse,"
            + " drop, warn or off (YAML turns off without quotes into false: write \"off\")");
    refusesToRun(
        Run.of(command).with("NONROOT_ACTION", "off\n").go(),
        "action=off\\x0a in the environment variable NONROOT_ACTION is not valid, as it starts or"
            + " ends with a line break");
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void argumentsWinOverVariables(TestedJvm jvm) throws Exception {
    List<String> none = jvm.command("", "Exits", "0");
    assertEquals(0, Run.of(none).with("NONROOT_ACTION", "warn").go().exitCode());
    List<String> warn = jvm.command("action=warn", "Exits", "0");
    assertEquals(0, Run.of(warn).with("NONROOT_ACTION", "refuse").go().exitCode());
    // what Kubernetes sets in every pod beside a service called nonroot is no configuration
    assertEquals(
        0,
        Run.of(warn)
            .with("NONROOT_PORT", "tcp://10.0.0.1:80")
            .with("NONROOT_SERVICE_HOST", "10.0.0.1")
            .with("NONROOT_PORT_80_TCP_ADDR", "10.0.0.1")
            // nor is the image's own
            .with("NONROOT_UID", "1000")
            .go()
            .exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void thePolicyFileIsLastAndLocks(TestedJvm jvm) throws Exception {
    Path file = Open.file("policy", "# comment\naction=warn\nprofile=baseline\nlocked=profile\n");
    String config = "config=" + file;
    assertEquals(0, jvm.run(config, "Exits", "0").exitCode());
    assertEquals(77, jvm.run(config + ",action=refuse", "Exits", "0").exitCode());
    Run.Result locked = jvm.run(config + ",profile=restricted", "Exits", "0");
    assertEquals(
        "nonroot: warning: profile in the agent options is ignored: it is locked by " + file,
        locked.errors().get(0));
    assertEquals(0, locked.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void theStandardPolicyFileIsReadAndCannotBeReplacedIfItLocks(TestedJvm jvm) throws Exception {
    Path own = Open.file("standard-policy", "action=refuse\nlocked=action\n");
    Path other = Open.file("other-policy", "action=off\n");
    List<String> plain = jvm.command("action=warn", "Exits", "0");
    Run.Result result = AgentRun.inNamespace(standardPolicy(own), plain).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertTrue(result.errors().get(0).contains("is locked by /etc/nonroot/"), result.toString());
    List<String> replaced = jvm.command("config=" + other, "Exits", "0");
    result = AgentRun.inNamespace(standardPolicy(own), replaced).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertTrue(result.errors().get(0).contains("config in the agent options is ignored"));
  }

  private static Path upper(String name) throws Exception {
    return Files.createTempDirectory(Open.directory(), name);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void rootDoesNotHeedAPolicyFileThatOthersCanWrite(TestedJvm jvm) throws Exception {
    Path file = Open.file("loose-policy-" + jvm.frontEnd(), "action=off\n");
    String message = "can be written by others than root";
    for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      refusesToRun(jvm.run("config=" + file, "Exits", "0"), message);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(0, jvm.run("config=" + file, "Exits", "0").exitCode());
    Files.setAttribute(file, "unix:uid", AgentRun.USER);
    refusesToRun(jvm.run("config=" + file, "Exits", "0"), message);
    // who is not root has nothing to lose by it
    List<String> command = jvm.command("config=" + file, "Exits", "0");
    assertEquals(0, AgentRun.asUser(command).go().exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void aPolicyFileThatCannotBeReadOrUnderstoodIsAnError(TestedJvm jvm) throws Exception {
    Path file = Open.file("secret-policy", "action=off\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    List<String> command = jvm.command("config=" + file, "Exits", "0");
    refusesToRun(AgentRun.asUser(command).go(), "cannot read " + file + ": Permission denied");
    Path wrong = Open.file("wrong-policy", "action=warn\n\nfoo=1\n");
    refusesToRun(
        jvm.run("config=" + wrong, "Exits", "0"), "unknown key 'foo' in " + wrong + " line 3");
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void systemPropertiesAreReadByTheJarAlone(TestedJvm jvm) throws Exception {
    List<String> none = jvm.command("", "Exits", "0");
    Run.Result unknown = Run.of(withProperty(none, "-Dnonroot.bogus=1")).go();
    Run.Result warned = Run.of(withProperty(none, "-Dnonroot.action=warn")).go();
    if (jvm.isJar()) {
      refusesToRun(unknown, "unknown key 'bogus' in the system property nonroot.bogus");
      assertEquals(0, warned.exitCode(), warned.toString());
    } else {
      assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), unknown.errors());
      assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), warned.errors());
    }
    List<String> refuse = withProperty(none, "-Dnonroot.action=refuse");
    assertEquals(
        jvm.isJar() ? 77 : 0, Run.of(refuse).with("NONROOT_ACTION", "warn").go().exitCode());
    List<String> warn = jvm.command("action=warn", "Exits", "0");
    assertEquals(0, Run.of(withProperty(warn, "-Dnonroot.action=refuse")).go().exitCode());
  }

  private static List<String> withProperty(List<String> command, String property) {
    List<String> all = new ArrayList<>(command);
    all.add(1, property);
    return all;
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#onOldest")
  void rootDoesNotHeedAPolicyFileThatOthersCanReplace(TestedJvm jvm) throws Exception {
    Path directory = Files.createTempDirectory(Open.directory(), "loose");
    Path file = Files.writeString(directory.resolve("policy"), "action=off\n");
    assertEquals(0, jvm.run("config=" + file, "Exits", "0").exitCode());
    Files.setAttribute(directory, "unix:uid", AgentRun.USER);
    refusesToRun(jvm.run("config=" + file, "Exits", "0"), "can be written by others than root");
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void givenTwiceItActsOnce(TestedJvm jvm) throws Exception {
    Root.required();
    List<String> command = jvm.command("action=warn,report=none", "Exits", "0", "own");
    List<String> twice =
        AgentRefuseIT.concat(
            command.subList(0, 2),
            AgentRefuseIT.concat(
                List.of(jvm.agent("action=refuse")), command.subList(2, command.size())));
    Run.Result result = Run.of(twice).go();
    assertEquals(
        List.of(
            "nonroot: warning: the agent is given twice, and its second options are ignored:"
                + " 'action=refuse' after 'action=warn,report=none'",
            "own"),
        result.errors());
    assertEquals(0, result.exitCode());
    List<String> same =
        AgentRefuseIT.concat(
            command.subList(0, 2),
            AgentRefuseIT.concat(
                List.of(jvm.agent("action=warn,report=none")), command.subList(2, command.size())));
    assertEquals(List.of("own"), Run.of(same).go().errors());
  }

  /**
   * Each time on directories of its own: an overlay that another one still uses may show neither.
   */
  private static String standardPolicy(Path file) throws Exception {
    return "mount -t tmpfs -o mode=755 none /etc/nonroot 2>/dev/null || {"
        + " mkdir -p /tmp/etc; mount -t overlay none -o"
        + " lowerdir=/etc,upperdir="
        + upper("up")
        + ",workdir="
        + upper("work")
        + " /etc;"
        + " mkdir -p /etc/nonroot; };"
        + " cp "
        + file
        + " /etc/nonroot/nonroot.properties";
  }
}
