package dev.nonroot.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.ConfigurationException;
import dev.nonroot.text.Bytes;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {
  static final String KEYS =
      "action, user, profile, deny, warn, allow, min-uid, allow-caps, drop-after, drop-deadline,"
          + " spawn, no-new-privs, report, report-file, exempt, config";

  private final Source source = new Source();

  static String variable(Key key) {
    return "NONROOT_" + key.toString().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static void assertBad(String message, Executable executable) {
    ConfigurationException e = assertThrows(ConfigurationException.class, executable);
    assertEquals(message, e.getMessage());
  }

  private void assertNothing() {
    for (Key key : Key.values()) {
      assertNull(source.get(key), key.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(Key.class)
  void everyKeyHasThreeNames(Key key) throws Exception {
    Source options = Source.agentOptions(key + "=a=b");
    assertEquals(new Setting("a=b", "the agent options"), options.get(key));
    Source properties = new Source();
    properties.addProperty("nonroot." + key, "p");
    String property = "the system property nonroot." + key;
    assertEquals(new Setting("p", property), properties.get(key));
    Source environment = new Source();
    environment.addVariable(variable(key), "e");
    String origin = "the environment variable " + variable(key);
    assertEquals(new Setting("e", origin), environment.get(key));
  }

  @Test
  void agentOptionsAreSplitAtCommas() throws Exception {
    Source options = Source.agentOptions("action=drop,user=1000:a b,deny=root-gid+seccomp,allow=");
    assertEquals("drop", options.get(Key.ACTION).text());
    assertEquals("1000:a b", options.get(Key.USER).text());
    assertEquals("root-gid+seccomp", options.get(Key.DENY).text());
    assertEquals("", options.get(Key.ALLOW).text());
    assertNull(options.get(Key.WARN));
    assertNull(Source.agentOptions(null).get(Key.ACTION));
    assertNull(Source.agentOptions("").get(Key.ACTION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"actoin", "Action", "ACTION", " action", "action ", "nonroot.action", "locked"})
  void anUnknownKeyIsNamedWithItsSource(String key) {
    assertBad(
        "unknown key '" + key + "' in the agent options; accepted: " + KEYS,
        () -> Source.agentOptions("user=1," + key + "=warn"));
    assertBad(
        "unknown key '" + key + "' in the system property nonroot." + key + "; accepted: " + KEYS,
        () -> source.addProperty("nonroot." + key, "warn"));
  }

  @ParameterizedTest
  @CsvSource({
    "NONROOT_ACTOIN, NONROOT_ACTION",
    "NONROOT_ACTON, NONROOT_ACTION",
    "NONROOT_action, NONROOT_ACTION",
    "NONROOT_MIN-UID, NONROOT_MIN_UID",
    "NONROOT_MINUID, NONROOT_MIN_UID",
    "NONROOT__ACTION, NONROOT_ACTION",
    "NONROOT_USR, NONROOT_USER",
    "NONROOT_User, NONROOT_USER",
    "NONROOT_SUER, NONROOT_USER",
    "NONROOT_USERID, NONROOT_USER",
    "NONROOT_DROP_AFTR, NONROOT_DROP_AFTER",
  })
  void aMisspeltVariableIsNamedWithTheKeyThatItIsNear(String name, String meant) {
    assertBad(
        "unknown variable "
            + name
            + " in the environment, which is nearly "
            + meant
            + "; correct it, or give it another name",
        () -> source.addVariable(name, "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONROOT_ALLOW_ROOT",
        "NONROOT_VERSION",
        // images
        "NONROOT_HOME",
        "NONROOT_UID",
        "NONROOT_GID",
        "NONROOT_GROUP",
        "NONROOT_USER_ID",
        "NONROOT_USERNAME",
        "NONROOT_LOCKED",
        "NONROOT_",
        "NONROOT_X",
        // Kubernetes, for services nonroot and nonroot-agent
        "NONROOT_NAME",
        "NONROOT_ENV_LANG",
        "NONROOT_SERVICE_HOST",
        "NONROOT_SERVICE_PORT",
        "NONROOT_SERVICE_PORT_HTTPS",
        "NONROOT_PORT",
        "NONROOT_PORT_443_TCP",
        "NONROOT_PORT_443_TCP_ADDR",
        "NONROOT_AGENT_SERVICE_HOST",
        "NONROOT_AGENT_PORT",
        "NONROOT_AGENT_PORT_80_TCP_PROTO",
        // not even alike
        "NONROOT",
        "nonroot_action",
        "XNONROOT_ACTION",
        "PATH",
        "",
      })
  void variablesOfOthersDoNotMatter(String name) throws Exception {
    source.addVariable(name, "tcp://10.0.0.1:80");
    assertNothing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonroot", "nonrootx.action", "NONROOT.action", "java.home", ""})
  void propertiesOfOthersDoNotMatter(String name) throws Exception {
    source.addProperty(name, "warn");
    assertNothing();
  }

  @Test
  void anEmptyVariableIsNotSet() throws Exception {
    source.addVariable("NONROOT_ACTION", "");
    source.addVariable("NONROOT_NO_SUCH_KEY", "");
    assertNothing();
    source.addProperty("nonroot.action", "");
    assertEquals("", source.get(Key.ACTION).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action|action",
        "=warn|=warn",
        "action=warn,|''",
        ",action=warn|''",
        "action=warn,,user=1|''",
        "'action=warn, '|' '",
        "user=a,b|b",
      })
  void whatIsNoKeyValueIsNamed(String options, String part) {
    assertBad(
        "'" + part + "' in the agent options is not valid; accepted: key=value",
        () -> Source.agentOptions(options));
  }

  @Test
  void aKeyIsGivenOnce() {
    String message = "action is given twice in the agent options; accepted: each key once";
    assertBad(message, () -> Source.agentOptions("action=warn,user=1,action=drop"));
    assertBad(message, () -> Source.agentOptions("action=warn,action=warn"));
  }

  @Test
  void theCommandLineSetsKeysToo() {
    source.set(Key.USER, "1", "-u");
    source.set(Key.USER, "2", "--user");
    assertEquals(new Setting("2", "--user"), source.get(Key.USER));
  }

  @Test
  void theEnvironmentIsTakenAsBytes() throws Exception {
    String environ =
        "PATH=/bin\0NONROOT_USER=m\u00fc\u00ff=1\0\0NONROOT\0NONROOT_\0NONROOT_X\0"
            + "NONROOT_ACTION=\0NNN=\0NONROOT_PROFILE=restricted\0NONROOT_REPORT=none";
    source.addEnvironment(Bytes.of(environ));
    assertEquals("m\u00fc\u00ff=1", source.get(Key.USER).text());
    assertEquals("restricted", source.get(Key.PROFILE).text());
    assertNull(source.get(Key.ACTION));
    assertNull(source.get(Key.REPORT), "what has no NUL behind it is broken off");
    new Source().addEnvironment(new byte[0]);
    assertBad(
        "unknown variable NONROOT_USR in the environment, which is nearly NONROOT_USER;"
            + " correct it, or give it another name",
        () -> source.addEnvironment(Bytes.of("A=B\0NONROOT_USR=1\0")));
  }

  @Test
  void aTurkishLocaleHasTheSameVariables() throws Exception {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      source.addVariable("NONROOT_MIN_UID", "5");
      assertEquals("5", source.get(Key.MIN_UID).text());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void ofTwoVariablesOfOneNameTheFirstCounts() throws Exception {
    Source source = new Source();
    source.addEnvironment("NONROOT_ACTION=refuse\0NONROOT_ACTION=off\0".getBytes(US_ASCII));
    assertEquals("refuse", source.get(Key.ACTION).text());
  }
}
