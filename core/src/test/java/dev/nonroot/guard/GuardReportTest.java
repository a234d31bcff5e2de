package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.fake.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms of a report, and the report-file. */
class GuardReportTest {
  private static final String FILE = "/var/log/nonroot.json";

  private final FakeKernel root = new FakeKernel(Identity.root(), 2);
  private final FakeKernel user = new FakeKernel(Identity.user(1000), 2);

  private static Outcome check(FakeKernel kernel, String options) throws ConfigurationException {
    return new GuardRun(kernel, FakeJvm.APP).check(Source.agentOptions(options));
  }

  private static List<String> rules(Map<String, Object> report) {
    List<String> rules = new ArrayList<>();
    for (Object finding : (List<?>) report.get("findings")) {
      rules.add(((Map<?, ?>) finding).get("rule") + ":" + ((Map<?, ?>) finding).get("severity"));
    }
    return rules;
  }

  @Test
  void jsonIsOneLineInPlaceOfTheText() throws Exception {
    Outcome outcome = check(root, "report=json");
    assertEquals(77, outcome.exitCode());
    assertEquals(1, outcome.stderr().size());
    Map<String, Object> report = StrictJson.parseObject(outcome.stderr().get(0));
    assertEquals("refused", report.get("verdict"));
    assertEquals("refuse", report.get("action"));
    assertEquals("baseline", report.get("profile"));
    assertEquals("/app/app.jar", report.get("main"));
    assertEquals("21.0.1", report.get("java"));
    assertEquals(42L, report.get("pid"));
    assertEquals("1970-01-01T00:00:00.000Z", report.get("time"));
    assertEquals(List.of("root-uid:deny", "capabilities:warn"), rules(report));
    assertEquals(List.of(0L, 0L, 0L, 0L), ((Map<?, ?>) report.get("credentials")).get("uid"));
  }

  @Test
  void jsonOfACompliantJvmIsNothing() throws Exception {
    assertNull(check(user, "report=json"));
    assertEquals(List.of(), check(root, "report=json,action=drop,user=1000").stderr());
  }

  @Test
  void noneSaysNothingAndStillRefuses() throws Exception {
    assertEquals(new Outcome(77, List.of(), null), check(root, "report=none"));
    assertEquals(new Outcome(0, List.of(), null), check(root, "report=none,action=warn"));
  }

  @Test
  void jsonWithoutCredentialsIsValid() throws Exception {
    root.file("/proc/self/status", FakeFile.unreadable("Permission denied"));
    Map<String, Object> report = StrictJson.parseObject(check(root, "report=json").stderr().get(0));
    assertNull(report.get("credentials"));
    assertEquals(List.of("unknown-identity:deny"), rules(report));
  }

  @ParameterizedTest
  @CsvSource({
    "root, action=refuse, refused, refuse",
    "root, action=warn, warned, warn",
    "root, 'action=drop,user=1000', dropped, drop",
    "root, 'action=drop,user=1000,warn=seccomp+no-new-privs,no-new-privs=false', dropped, drop",
    "root, 'action=drop,user=1000,min-uid=2000', refused, drop",
    "user, action=refuse, compliant, refuse",
    "user, 'action=drop,user=1000', compliant, drop",
    "user, action=warn, compliant, warn",
    "user, 'action=refuse,warn=seccomp', warned, refuse",
  })
  void aReportFileGetsALineForEachJvm(String who, String options, String verdict, String action)
      throws Exception {
    for (String form : new String[] {"text", "json", "none"}) {
      FakeKernel kernel =
          new FakeKernel(who.equals("root") ? Identity.root() : Identity.user(1000), 2);
      Outcome outcome = check(kernel, options + ",report=" + form + ",report-file=" + FILE);
      String text = kernel.appended(FILE);
      assertTrue(text.endsWith("}\n"));
      Map<String, Object> report = StrictJson.parseObject(text.substring(0, text.length() - 1));
      assertEquals("nonroot/1", report.get("schema"));
      assertEquals(verdict, report.get("verdict"));
      assertEquals(action, report.get("action"));
      assertEquals(verdict.equals("refused") ? 77 : 0, outcome.exitCode());
      if (verdict.equals("compliant")) {
        assertEquals(List.of(), outcome.stderr(), "nothing but the line in the file");
      }
    }
  }

  @Test
  void linesAreAppended() throws Exception {
    check(root, "report-file=" + FILE);
    check(root, "report-file=" + FILE);
    assertEquals(2, root.appended(FILE).lines().count());
  }

  @Test
  void afterAStepDownTheFileHasTheNewIdentity() throws Exception {
    check(root, "action=drop,user=1000,report-file=" + FILE);
    Map<String, Object> report = StrictJson.parseObject(root.appended(FILE).trim());
    Map<?, ?> credentials = (Map<?, ?>) report.get("credentials");
    assertEquals(List.of(1000L, 1000L, 1000L, 1000L), credentials.get("uid"));
    assertEquals("0000000000000000", credentials.get("capEff"));
    assertEquals(true, credentials.get("noNewPrivs"));
  }

  @Test
  void aFileThatCannotBeWrittenIsAWarningAndNoMore() throws Exception {
    String warning =
        "nonroot: warning: cannot append to report-file " + FILE + ": Permission denied";
    user.failAppend("Permission denied");
    assertEquals(new Outcome(0, List.of(warning), null), check(user, "report-file=" + FILE));
    root.failAppend("Permission denied");
    Outcome refused = check(root, "report-file=" + FILE);
    assertEquals(77, refused.exitCode());
    assertEquals(warning, refused.stderr().get(2));
    assertEquals(
        new Outcome(77, List.of(warning), null), check(root, "report=none,report-file=" + FILE));
  }

  @Test
  void whatIsOffOrExemptIsNotReported() throws Exception {
    assertNull(check(root, "action=off,report-file=" + FILE));
    assertNull(check(root, "exempt=app.jar,report-file=" + FILE));
    assertNull(check(user, "exempt=app.jar,report-file=" + FILE));
    assertNull(root.appended(FILE));
    assertNull(user.appended(FILE));
  }
}
