package dev.nonroot.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.Accounts;
import dev.nonroot.config.AgentOptions.ReportForm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.policy.Profile;
import dev.nonroot.policy.Rule;
import dev.nonroot.policy.Severity;
import dev.nonroot.process.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
  private static final String RULES =
      "unknown-identity, root-uid, userns-root, root-gid, root-groups, uid-range, capabilities,"
          + " no-new-privs, seccomp";

  private final FakeKernel os = new FakeKernel(Identity.root(), 1);

  private AgentOptions of(Source... sources) throws ConfigurationException {
    return AgentOptions.of(Settings.resolve(os, true, sources), true);
  }

  private AgentOptions of(String options) throws ConfigurationException {
    return of(Source.agentOptions(options));
  }

  /** Whoever changes a default changes what every image does. */
  @Test
  void defaults() throws Exception {
    AgentOptions options = of();
    assertEquals(Action.REFUSE, options.action());
    assertNull(options.user());
    assertEquals(Profile.BASELINE, options.policy().profile());
    assertEquals(1, options.policy().minUid());
    for (Rule rule : Rule.values()) {
      assertEquals(rule.severity(Profile.BASELINE), options.policy().severity(rule));
    }
    assertTrue(options.noNewPrivs());
    assertEquals(ReportForm.TEXT, options.report());
    assertNull(options.reportFile());
    assertEquals(List.of("jdk-tools"), options.exempt());
    assertEquals("start", Key.DROP_AFTER.standard());
    assertEquals("60s", Key.DROP_DEADLINE.standard());
    assertEquals("allow", Key.SPAWN.standard());
    assertEquals("", Key.ALLOW_CAPS.standard());
    assertEquals("/etc/nonroot/nonroot.properties", Key.CONFIG.standard());
    assertEquals(16, Key.values().length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action|off2|refuse, drop, warn or off",
        "action|false|refuse, drop, warn or off (YAML turns off without quotes into false: write"
            + " \"off\")",
        "action|REFUSE|refuse, drop, warn or off",
        "action|''|refuse, drop, warn or off",
        "user|''|USER",
        "user|-1|USER",
        "user|2147483648|USER",
        "user|4294967296|USER",
        "user|1:4294967295|USER",
        "user|a:b:c|USER",
        "user|:0|USER",
        "profile|strict|baseline or restricted",
        "profile|''|baseline or restricted",
        "deny|root|rules joined by +: RULES",
        "deny|root-uid+ROOT-GID|rules joined by +: RULES",
        "deny|root-uid+|parts joined by one + each",
        "deny|root-uid++root-gid|parts joined by one + each",
        "deny|+|parts joined by one + each",
        "deny|seccomp+seccomp|each rule once in deny, warn and allow together",
        "warn|root-uid;root-gid|rules joined by +: RULES",
        "warn|none|rules joined by +: RULES",
        "allow|all|rules joined by +: RULES",
        "allow|+root-uid|parts joined by one + each",
        "min-uid|''|a number, 0 to 2147483647",
        "min-uid|-1|a number, 0 to 2147483647",
        "min-uid|+1|a number, 0 to 2147483647",
        "min-uid|a|a number, 0 to 2147483647",
        "min-uid|2147483648|a number, 0 to 2147483647",
        "min-uid|18446744073709551616|a number, 0 to 2147483647",
        "allow-caps|CAP_NOTHING|names of capabilities(7) joined by +, e.g. NET_BIND_SERVICE",
        "allow-caps|ALL|names of capabilities(7) joined by +, e.g. NET_BIND_SERVICE",
        "allow-caps|CHOWN+|parts joined by one + each",
        "drop-after|''|DROP_AFTER",
        "drop-after|end|DROP_AFTER",
        "drop-after|Start|DROP_AFTER",
        "drop-after|start:|DROP_AFTER",
        "drop-after|bind|DROP_AFTER",
        "drop-after|bind:|DROP_AFTER",
        "drop-after|bind:0|DROP_AFTER",
        "drop-after|bind:65536|DROP_AFTER",
        "drop-after|bind:-1|DROP_AFTER",
        "drop-after|bind:http|DROP_AFTER",
        "drop-after|bind:80+|DROP_AFTER",
        "drop-after|bind:80++443|DROP_AFTER",
        "drop-after|bind:80+80|DROP_AFTER",
        "drop-after|bind:80 443|DROP_AFTER",
        "drop-after|return:|DROP_AFTER",
        "drop-after|return:com.example.Main|DROP_AFTER",
        "drop-after|return:com.example.Main#|DROP_AFTER",
        "drop-after|return:#main|DROP_AFTER",
        "drop-after|return:com..Main#main|DROP_AFTER",
        "drop-after|return:com/example/Main#main|DROP_AFTER",
        "drop-after|return:com.example.Main#main()|DROP_AFTER",
        "drop-after|return:com.example.Main#main#x|DROP_AFTER",
        "drop-after|return:com.example.Main#<clinit>|DROP_AFTER",
        "drop-after|return:com.example.1Main#main|DROP_AFTER",
        "drop-deadline|60|SECONDS",
        "drop-deadline|s|SECONDS",
        "drop-deadline|''|SECONDS",
        "drop-deadline|0s|SECONDS",
        "drop-deadline|-1s|SECONDS",
        "drop-deadline|1h|SECONDS",
        "drop-deadline|m|SECONDS",
        "drop-deadline|ms|SECONDS",
        "drop-deadline|0ms|SECONDS",
        "drop-deadline|1 s|SECONDS",
        "drop-deadline|1S|SECONDS",
        "drop-deadline|1.5s|SECONDS",
        "drop-deadline|2147483648s|SECONDS",
        "drop-deadline|2147483647m|SECONDS",
        "drop-deadline|1441m|SECONDS",
        "drop-deadline|86400001ms|SECONDS",
        "spawn|forbid|allow, warn or deny",
        "spawn|DENY|allow, warn or deny",
        "spawn|''|allow, warn or deny",
        "no-new-privs|yes|true or false",
        "no-new-privs|TRUE|true or false",
        "no-new-privs|''|true or false",
        "report|xml|text, json or none",
        "report|''|text, json or none",
        "report-file|''|the path of a file",
        "exempt|a++b|parts joined by one + each",
        "exempt|none+a|none alone, or jdk-tools, main classes and jars joined by +",
        "exempt|jdk-tools+none|none alone, or jdk-tools, main classes and jars joined by +",
      })
  void aBadValueIsNamedWithItsSource(String key, String value, String accepted) throws Exception {
    String expected =
        key
            + "="
            + value
            + " in the SOURCE is not valid; accepted: "
            + accepted
                .replace("RULES", RULES)
                .replace("DROP_AFTER", DropAfter.ACCEPTED)
                .replace(
                    "SECONDS",
                    "a number above 0 with ms, s or m, at most 1440m, e.g. 500ms, 60s or 2m")
                .replace("USER", "user or user:group, each a name, or a number 0 to 2147483647");
    assertBad(expected.replace("SOURCE", "agent options"), Source.agentOptions(key + "=" + value));
    Source properties = new Source();
    properties.addProperty("nonroot." + key, value);
    assertBad(expected.replace("SOURCE", "system property nonroot." + key), properties);
    if (!value.isEmpty()) {
      Source environment = new Source();
      String variable = SourceTest.variable(Key.of(key));
      environment.addVariable(variable, value);
      assertBad(expected.replace("SOURCE", "environment variable " + variable), environment);
    }
    os.file("/etc/nonroot/nonroot.properties", "\n" + key + "=" + value);
    String line = "/etc/nonroot/nonroot.properties line 2";
    assertBad(expected.replace("the SOURCE", line), new Source());
  }

  private void assertBad(String message, Source source) {
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> of(source));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"refuse, REFUSE", "warn, WARN", "off, OFF"})
  void actions(String text, Action action) throws Exception {
    assertEquals(action, of("action=" + text).action());
  }

  @Test
  void dropNeedsAUser() throws Exception {
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> of("action=drop"));
    assertEquals(Messages.DROP_NEEDS_USER, e.getMessage());
    AgentOptions options = of("action=drop,user=app:27");
    assertEquals(Action.DROP, options.action());
    assertEquals("app", options.user().user().text());
    assertEquals(27, options.user().group().id());
    assertNull(of("user=7:").user().group());
  }

  @Test
  void profilesAndMinUid() throws Exception {
    assertEquals(1000, of("profile=restricted").policy().minUid());
    assertEquals(Profile.RESTRICTED, of("profile=restricted").policy().profile());
    assertEquals(1, of("profile=baseline").policy().minUid());
    assertEquals(500, of("profile=restricted,min-uid=500").policy().minUid());
    assertEquals(0, of("min-uid=0").policy().minUid());
    assertEquals(7, of("min-uid=007").policy().minUid());
    assertEquals(Integer.MAX_VALUE, of("min-uid=2147483647").policy().minUid());
  }

  @Test
  void rulesAreMoved() throws Exception {
    AgentOptions options = of("deny=root-gid+seccomp,warn=root-uid,allow=uid-range,allow-caps=");
    assertEquals(Severity.DENY, options.policy().severity(Rule.ROOT_GID));
    assertEquals(Severity.DENY, options.policy().severity(Rule.SECCOMP));
    assertEquals(Severity.WARN, options.policy().severity(Rule.ROOT_UID));
    assertEquals(Severity.ALLOW, options.policy().severity(Rule.UID_RANGE));
    assertEquals(Severity.WARN, options.policy().severity(Rule.CAPABILITIES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deny=root-uid,warn=root-uid",
        "warn=root-uid,allow=root-uid",
        "deny=seccomp,allow=seccomp"
      })
  void aRuleIsMovedOnce(String text) {
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> of(text));
    assertTrue(
        e.getMessage().endsWith("accepted: each rule once in deny, warn and allow together"));
  }

  @Test
  void capabilitiesAreAllowed() throws Exception {
    Identity holder = Identity.user(1000).permittedAndEffective(0b10_0000_0001);
    assertEquals(1, findings("", holder));
    assertEquals(1, findings("allow-caps=CHOWN", holder));
    assertEquals(0, findings("allow-caps=CHOWN+cap_linux_immutable", holder));
  }

  private int findings(String options, Identity identity) throws ConfigurationException {
    return of(options)
        .policy()
        .evaluate(identity.credentials(), new Proc(os), new Accounts(os))
        .size();
  }

  @Test
  void whatIsReportedAndExempt() throws Exception {
    assertEquals(ReportForm.JSON, of("report=json").report());
    assertEquals(ReportForm.NONE, of("report=none").report());
    assertEquals(ReportForm.TEXT, of("report=text").report());
    assertEquals("/var/log/a b", of("report-file=/var/log/a b").reportFile());
    assertEquals(false, of("no-new-privs=false").noNewPrivs());
    assertEquals(true, of("no-new-privs=true").noNewPrivs());
    assertEquals(List.of(), of("exempt=none").exempt());
    assertEquals(List.of(), of("exempt=").exempt());
    assertEquals(List.of("a.jar", "jdk-tools"), of("exempt=a.jar+jdk-tools").exempt());
  }

  @Test
  void childProcesses() throws Exception {
    assertEquals(Spawn.ALLOW, of().spawn());
    assertEquals(Spawn.ALLOW, of("spawn=allow").spawn());
    assertEquals(Spawn.WARN, of("spawn=warn").spawn());
    assertEquals(Spawn.DENY, of("spawn=deny").spawn());
  }

  @Test
  void whenToStepDown() throws Exception {
    assertTrue(of().dropAfter().isStart());
    assertEquals(60_000, of().deadline());
    assertEquals(DropAfter.START, of("drop-after=start").dropAfter());
    String drop = "action=drop,user=1,drop-after=";
    assertEquals(
        new DropAfter(List.of(80, 65535, 1), null, null), of(drop + "bind:80+65535+1").dropAfter());
    assertEquals(
        new DropAfter(List.of(), "a.B$C_1", "<init>"),
        of(drop + "return:a.B$C_1#<init>").dropAfter());
    assertEquals(
        new DropAfter(List.of(), "Main", "\u00c3\u00a4"),
        of(drop + "return:Main#\u00c3\u00a4").dropAfter());
    for (String text : List.of("start", "bind:80+443", "return:a.B#c")) {
      assertEquals(text, of(drop + text).dropAfter().toString());
      assertEquals(text.equals("start"), of(drop + text).dropAfter().isStart());
    }
    assertEquals(500, of("drop-deadline=500ms").deadline());
    assertEquals(1000, of("drop-deadline=1s").deadline());
    assertEquals(120_000, of("drop-deadline=2m").deadline());
    assertEquals(86_400_000, of("drop-deadline=1440m").deadline());
  }

  @Test
  void aLaterStepDownNeedsTheAction() throws Exception {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> of("drop-after=bind:80,user=1"));
    assertEquals(Messages.dropAfterNeedsDrop("bind:80"), e.getMessage());
    // as with the user, who asks for something else may leave it there
    assertEquals(Action.WARN, of("drop-after=bind:80,action=warn").action());
  }

  @Test
  void whoCannotInstrumentStepsDownAtTheStart() throws Exception {
    for (String value : List.of("bind:80", "return:a.B#c", "end")) {
      Source source = Source.agentOptions("action=drop,user=1,drop-after=" + value);
      Settings settings = Settings.resolve(os, true, source);
      ConfigurationException e =
          assertThrows(ConfigurationException.class, () -> AgentOptions.of(settings, false));
      assertEquals(
          "drop-after="
              + value
              + " in the agent options is not valid; accepted: start, as only nonroot-agent.jar"
              + " finds out what an application does later",
          e.getMessage());
    }
    Source source = Source.agentOptions("drop-after=start,drop-deadline=1s");
    assertTrue(AgentOptions.of(Settings.resolve(os, true, source), false).dropAfter().isStart());
  }

  @Test
  void whoCannotInstrumentAllowsProcesses() throws Exception {
    for (String value : List.of("warn", "deny", "never")) {
      Settings settings = Settings.resolve(os, true, Source.agentOptions("spawn=" + value));
      ConfigurationException e =
          assertThrows(ConfigurationException.class, () -> AgentOptions.of(settings, false));
      assertEquals(
          "spawn="
              + value
              + " in the agent options is not valid; accepted: allow, as only nonroot-agent.jar"
              + " finds out what processes a JVM starts",
          e.getMessage());
    }
    Source source = Source.agentOptions("spawn=allow");
    assertEquals(Spawn.ALLOW, AgentOptions.of(Settings.resolve(os, true, source), false).spawn());
  }
}
