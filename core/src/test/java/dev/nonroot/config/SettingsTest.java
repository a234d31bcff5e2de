package dev.nonroot.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which source decides a key. */
class SettingsTest {
  private static final String PATH = "/etc/nonroot/nonroot.properties";
  private static final String OTHER = "/other.properties";

  private final FakeKernel os = new FakeKernel(Identity.root(), 1);

  private Settings resolve(Source... sources) throws ConfigurationException {
    return Settings.resolve(os, true, sources);
  }

  private static Source options(String options) throws ConfigurationException {
    return Source.agentOptions(options);
  }

  @ParameterizedTest
  @EnumSource(value = Key.class, mode = EnumSource.Mode.EXCLUDE, names = "CONFIG")
  void theFirstSourceThatHasAKeyDecidesIt(Key key) throws Exception {
    Source properties = new Source();
    properties.addProperty("nonroot." + key, "property");
    Source environment = new Source();
    environment.addVariable(SourceTest.variable(key), "variable");
    assertEquals(key.standard(), resolve(new Source()).get(key));
    assertFalse(resolve(new Source()).has(key));
    os.file(PATH, key + "=file\n");
    Source option = options(key + "=option");
    assertEquals("option", resolve(option, properties, environment).get(key));
    assertEquals("property", resolve(new Source(), properties, environment).get(key));
    assertEquals("variable", resolve(new Source(), new Source(), environment).get(key));
    assertEquals("file", resolve(new Source(), new Source(), new Source()).get(key));
    assertEquals("file", resolve().get(key));
    assertTrue(resolve().has(key));
    assertEquals(List.of(), resolve(option, properties, environment).warnings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10001\n", "10001\r\n", "\n10001", "\n"})
  void aLineBreakAroundAValueIsNamed(String value) {
    assertSpoilt(value, "a line break");
  }

  @ParameterizedTest
  @ValueSource(strings = {" 10001", "10001 ", "\t10001", " "})
  void aBlankAroundAValueIsNamed(String value) {
    assertSpoilt(value, "a blank");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'10001'", "\"10001\"", "\"\""})
  void quotesAroundAValueAreNamed(String value) {
    assertSpoilt(value, "quotes");
  }

  private void assertSpoilt(String value, String by) {
    for (Key key : Key.values()) {
      Source environment = new Source();
      environment.set(key, value, "the option -x");
      assertEquals(
          key
              + "="
              + value
              + " in the option -x is not valid, as it starts or ends with "
              + by
              + "; accepted: the value alone",
          assertThrows(ConfigurationException.class, () -> resolve(environment)).getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "'", "a'", "a b", "O'Hara", "\"a'"})
  void otherQuotesAndBlanksArePartOfAValue(String value) throws Exception {
    Source environment = new Source();
    environment.set(Key.REPORT_FILE, value, "the option -x");
    assertEquals(value, resolve(environment).get(Key.REPORT_FILE));
  }

  @Test
  void keysAreDecidedOneByOne() throws Exception {
    os.file(PATH, "action=warn\nuser=1\nprofile=restricted\n");
    Settings settings = resolve(options("action=drop"), options("action=off,user=2"));
    assertEquals("drop", settings.get(Key.ACTION));
    assertEquals("2", settings.get(Key.USER));
    assertEquals("restricted", settings.get(Key.PROFILE));
    assertEquals("text", settings.get(Key.REPORT));
  }

  @Test
  void aNamedFileTakesThePlaceOfTheStandardOne() throws Exception {
    os.file(PATH, "action=warn\nuser=1\n");
    os.file(OTHER, "action=drop\n");
    for (String config : new String[] {OTHER, PATH}) {
      Settings settings = resolve(options("config=" + config));
      assertEquals(config.equals(OTHER) ? "drop" : "warn", settings.get(Key.ACTION));
      assertEquals(config.equals(PATH), settings.has(Key.USER));
      assertEquals(config, settings.get(Key.CONFIG));
      assertEquals(List.of(), settings.warnings());
    }
    assertEquals(
        "drop", resolve(options("config=" + OTHER), options("config=" + PATH)).get(Key.ACTION));
    Source environment = new Source();
    environment.addVariable("NONROOT_CONFIG", OTHER);
    assertEquals("drop", resolve(new Source(), environment).get(Key.ACTION));
  }

  @Test
  void aLockedKeyIsTakenFromTheFileAlone() throws Exception {
    os.file(PATH, "locked=action+profile\naction=refuse\nprofile=restricted\nuser=1\n");
    Settings settings = resolve(options("action=off,user=2"), options("profile=baseline"));
    assertEquals("refuse", settings.get(Key.ACTION));
    assertEquals("restricted", settings.get(Key.PROFILE));
    assertEquals("2", settings.get(Key.USER));
    assertEquals(
        List.of(
            "action in the agent options is ignored: it is locked by " + PATH,
            "profile in the agent options is ignored: it is locked by " + PATH),
        settings.warnings());
  }

  @Test
  void aWarningNamesTheSourceThatWouldHaveCounted() throws Exception {
    os.file(PATH, "locked=action\naction=refuse\n");
    Source properties = new Source();
    properties.addProperty("nonroot.action", "off");
    Source environment = new Source();
    environment.addVariable("NONROOT_ACTION", "warn");
    assertEquals(
        List.of("action in the system property nonroot.action is ignored: it is locked by " + PATH),
        resolve(new Source(), properties, environment).warnings());
    assertEquals(
        List.of(
            "action in the environment variable NONROOT_ACTION is ignored: it is locked by "
                + PATH),
        resolve(new Source(), environment).warnings());
  }

  @Test
  void theSameValueNeedsNoWarning() throws Exception {
    os.file(PATH, "locked=action+report+min-uid\naction=drop\n");
    Settings settings = resolve(options("action=drop,report=text,min-uid="));
    assertEquals("drop", settings.get(Key.ACTION));
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void aLockedKeyWithoutAValueKeepsItsStandardOne() throws Exception {
    os.file(PATH, "locked=action+user\n");
    Settings settings = resolve(options("action=off,user=0"));
    assertEquals("refuse", settings.get(Key.ACTION));
    assertFalse(settings.has(Key.ACTION));
    assertFalse(settings.has(Key.USER));
    assertEquals(
        List.of(
            "action in the agent options is ignored: it is locked by " + PATH,
            "user in the agent options is ignored: it is locked by " + PATH),
        settings.warnings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"locked=config\naction=drop\n", "locked=profile\naction=drop\n"})
  void aFileThatLocksAnythingCannotBeReplaced(String text) throws Exception {
    os.file(PATH, text);
    os.file(OTHER, "action=off\n");
    Settings settings = resolve(options("config=" + OTHER));
    assertEquals("drop", settings.get(Key.ACTION));
    assertEquals(
        List.of("config in the agent options is ignored: it is locked by " + PATH),
        settings.warnings());
    assertEquals(
        settings.warnings(),
        resolve(options("config=/missing")).warnings(),
        "what is ignored need not exist");
    assertEquals(List.of(), resolve(options("config=" + PATH)).warnings());
  }

  @Test
  void aNamedFileLocksToo() throws Exception {
    os.file(OTHER, "locked=action+config\naction=drop\n");
    Settings settings = resolve(options("config=" + OTHER + ",action=off"));
    assertEquals("drop", settings.get(Key.ACTION));
    assertEquals(
        List.of("action in the agent options is ignored: it is locked by " + OTHER),
        settings.warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent options|action=x in the agent options is not valid; accepted: A",
        "file|action=x in /etc/nonroot/nonroot.properties line 2 is not valid; accepted: A",
        "none|action=refuse in the defaults is not valid; accepted: A",
      })
  void aBadValueIsNamedWithItsSource(String where, String message) throws Exception {
    os.file(PATH, where.equals("file") ? "# first\naction=x\n" : "");
    Settings settings = where.equals("agent options") ? resolve(options("action=x")) : resolve();
    assertEquals(message, settings.badValue(Key.ACTION, "A").getMessage());
  }
}
