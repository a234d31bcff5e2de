package dev.nonroot.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileTest {
  private static final String PATH = "/etc/nonroot/nonroot.properties";

  private final FakeKernel os = new FakeKernel(Identity.root(), 1);

  private PolicyFile read(String text) throws ConfigurationException {
    os.file(PATH, text);
    return PolicyFile.read(os, PATH, true);
  }

  private void assertBad(String message, FakeFile file) {
    os.file(PATH, file);
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> PolicyFile.read(os, PATH, true));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "action=drop\nuser=1000\n",
        "action=drop\nuser=1000",
        "action=drop\r\nuser=1000\r\n",
        "# comment\n\n  \t\n#user=1\n  # user=2\naction = drop \n\tuser\t=\t1000\t\n",
        "user=1000\naction=drop",
      })
  void linesAreKeysAndValues(String text) throws Exception {
    PolicyFile file = read(text);
    assertEquals("drop", file.source().get(Key.ACTION).text());
    assertEquals("1000", file.source().get(Key.USER).text());
    assertNull(file.source().get(Key.PROFILE));
    assertFalse(file.locksAny());
    assertEquals(PATH, file.path());
  }

  @Test
  void valuesAreTakenAsTheyAre() throws Exception {
    PolicyFile file = read("report-file=/a=b#c, d\nexempt=m\u00fc\u00ff\nallow=\n");
    assertEquals("/a=b#c, d", file.source().get(Key.REPORT_FILE).text());
    assertEquals("m\u00fc\u00ff", file.source().get(Key.EXEMPT).text());
    assertEquals(new Setting("", PATH + " line 3"), file.source().get(Key.ALLOW));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "actoin=drop|unknown key 'actoin' in PATH line 1; accepted: FILES",
        "Action=drop|unknown key 'Action' in PATH line 1; accepted: FILES",
        "nonroot.action=drop|unknown key 'nonroot.action' in PATH line 1; accepted: FILES",
        "config=/x|unknown key 'config' in PATH line 1; accepted: FILES",
        "\ufffdaction=drop|unknown key '?action' in PATH line 1; accepted: FILES",
        "action|'action' in PATH line 1 is not valid; accepted: key=value",
        "=drop|'=drop' in PATH line 1 is not valid; accepted: key=value",
        "action: drop|'action: drop' in PATH line 1 is not valid; accepted: key=value",
        "'locked='|locked= in PATH line 1 is not valid; accepted: KEYS",
        "locked|locked= in PATH line 1 is not valid; accepted: KEYS",
        "locked=acton|locked=acton in PATH line 1 is not valid; accepted: KEYS",
        "locked=action+|locked=action+ in PATH line 1 is not valid; accepted: KEYS",
        "locked=action,user|locked=action,user in PATH line 1 is not valid; accepted: KEYS",
        "locked=locked|locked=locked in PATH line 1 is not valid; accepted: KEYS",
      })
  void whatIsNotUnderstoodIsNamedWithItsLine(String line, String message) {
    String expected =
        message
            .replace("PATH", PATH)
            .replace("KEYS", SourceTest.KEYS)
            .replace("FILES", SourceTest.KEYS.replace(", config", ", locked"))
            .replace('?', '\u00ef');
    String text = line.replace('\ufffd', '\u00ef');
    assertBad(expected, FakeFile.of(text));
    assertBad(expected.replace("line 1", "line 3"), FakeFile.of("# a\nuser=1\n" + text + "\n"));
  }

  @Test
  void aKeyIsGivenOnce() {
    assertBad(
        "user is given twice in " + PATH + " line 3; accepted: each key once",
        FakeFile.of("user=1\n\nuser=1\n"));
  }

  @Test
  void keysAreLocked() throws Exception {
    PolicyFile file = read("locked = action+min-uid\nlocked=config\n");
    assertTrue(file.locks(Key.ACTION) && file.locks(Key.MIN_UID) && file.locks(Key.CONFIG));
    assertFalse(file.locks(Key.USER));
    assertTrue(file.locksAny());
  }

  @Test
  void thereNeedNotBeAFile() throws Exception {
    assertNull(PolicyFile.read(os, PATH, true));
    assertNull(PolicyFile.read(os, PATH, false));
  }

  @Test
  void aFileThatIsNamedHasToExist() throws Exception {
    for (String path : new String[] {"/x", PATH}) {
      Source options = Source.agentOptions("config=" + path);
      ConfigurationException e =
          assertThrows(ConfigurationException.class, () -> Settings.resolve(os, false, options));
      assertEquals(
          "config=" + path + " in the agent options is not valid; accepted: a file that exists",
          e.getMessage());
    }
  }

  @Test
  void whatCannotBeReadIsAnError() {
    String message = "cannot read " + PATH + ": ";
    assertBad(message + "Permission denied", FakeFile.unreadable("Permission denied"));
    assertBad(message + "Input/output error", FakeFile.failing("Input/output error"));
    assertBad(message + "Not a regular file", FakeFile.directory());
  }

  @Test
  void aFileIsAtMostAThousandLines() throws Exception {
    String lines = "#\n".repeat(999);
    assertEquals("1", read(lines + "user=1").source().get(Key.USER).text());
    assertBad("cannot read " + PATH + ": File too large", FakeFile.of("#\n" + lines + "user=1"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0644, true",
    "0, 0444, true",
    "0, 0600, true",
    "0, 0755, true",
    "0, 0664, false",
    "0, 0646, false",
    "0, 0666, false",
    "0, 0620, false",
    "1000, 0644, false",
    "1000, 0400, false",
    "65534, 0444, false",
  })
  void rootHeedsOnlyWhatRootAloneCanWrite(long owner, String mode, boolean heeded)
      throws Exception {
    FakeFile file = FakeFile.of("user=1\n").owned(owner, Integer.parseInt(mode, 8));
    os.file(PATH, file);
    assertEquals("1", PolicyFile.read(os, PATH, false).source().get(Key.USER).text());
    if (heeded) {
      assertEquals("1", PolicyFile.read(os, PATH, true).source().get(Key.USER).text());
    } else {
      assertBad(
          PATH
              + " can be written by others than root, and this process runs as root;"
              + " accepted: owner root and mode 0644 or less,"
              + " of the directories above it root and 0755 (chown root, chmod go-w)",
          file);
    }
  }

  @Test
  void aFileThatIsNamedIsCheckedLikewise() throws Exception {
    os.file("/x", FakeFile.of("user=1\n").owned(1000, 0644));
    Source options = Source.agentOptions("config=/x");
    assertEquals("1", Settings.resolve(os, false, options).get(Key.USER));
    assertThrows(ConfigurationException.class, () -> Settings.resolve(os, true, options));
  }

  @Test
  void aFileThatGoesBetweenStatAndOpenIsAnError() {
    assertBad(
        "cannot read " + PATH + ": it was there, and is not any more",
        new FakeFile(null, FakeFile.of("").status(), null));
  }

  @Test
  void rootDoesNotHeedAFileThatOthersCanReplace() throws Exception {
    for (String directory : new String[] {"/etc/nonroot", "/etc", "/"}) {
      for (FakeFile loose :
          new FakeFile[] {
            FakeFile.directory().owned(1000, 0755),
            FakeFile.directory().owned(0, 0777),
            FakeFile.directory().owned(0, 0775),
            FakeFile.directory().owned(1000, 01755),
          }) {
        FakeKernel other = new FakeKernel(Identity.root(), 1);
        other.file(PATH, "user=1\n");
        other.file(directory, loose);
        assertThrows(ConfigurationException.class, () -> PolicyFile.read(other, PATH, true));
        assertEquals("1", PolicyFile.read(other, PATH, false).source().get(Key.USER).text());
      }
      FakeKernel sticky = new FakeKernel(Identity.root(), 1);
      sticky.file(PATH, "user=1\n");
      sticky.file(directory, FakeFile.directory().owned(0, 01777));
      assertEquals("1", PolicyFile.read(sticky, PATH, true).source().get(Key.USER).text());
    }
  }

  @Test
  void ofALinkItIsTheFileThatCounts() throws Exception {
    os.file("/home/app/policy", FakeFile.of("user=1\n").owned(0, 0666));
    os.file(PATH, "user=2\n");
    os.link(PATH, "/home/app/policy");
    assertThrows(ConfigurationException.class, () -> PolicyFile.read(os, PATH, true));
    os.file("/home/app/policy", "user=1\n");
    assertEquals("1", PolicyFile.read(os, PATH, true).source().get(Key.USER).text());
  }

  @Test
  void aLineThatIsTooLongIsNotPassedOver() {
    os.file(PATH, "action=off #" + "x".repeat(1 << 20) + "\n");
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> PolicyFile.read(os, PATH, true));
    assertEquals("cannot read " + PATH + ": File too large", e.getMessage());
  }
}
