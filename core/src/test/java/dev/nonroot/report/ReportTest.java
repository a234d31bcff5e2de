package dev.nonroot.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Identity;
import dev.nonroot.fake.StrictJson;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Rule;
import dev.nonroot.policy.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Finding ROOT = new Finding(Rule.ROOT_UID, Severity.DENY, "is root", "fix");
  private static final Finding CAPS = new Finding(Rule.CAPABILITIES, Severity.WARN, "caps", "drop");
  private static final Finding GID = new Finding(Rule.ROOT_GID, Severity.WARN, "gid", "fix");
  private static final Report.Subject SUBJECT =
      new Report.Subject(1709164923045L, 7, "a\"\u00c3\u00bc\u00ff.jar", "21.0.1");

  private static Report report(Verdict verdict, Finding... findings) {
    Credentials credentials = Identity.user(1000).credentials();
    return new Report(verdict, "warn", "baseline", credentials, List.of(findings));
  }

  @Test
  void aRefusalNamesWhatItIsFor() {
    assertEquals(
        List.of("nonroot: refused: is root [root-uid]", "nonroot: fix: fix"),
        report(Verdict.REFUSED, ROOT, CAPS).toText());
  }

  @Test
  void aWarningNamesEverythingAndEachFixOnce() {
    assertEquals(
        List.of(
            "nonroot: warning: is root [root-uid]",
            "nonroot: warning: caps [capabilities]",
            "nonroot: warning: gid [root-gid]",
            "nonroot: fix: fix",
            "nonroot: fix: drop"),
        report(Verdict.WARNED, ROOT, CAPS, GID).toText());
    assertEquals(
        List.of("nonroot: warning: caps [capabilities]", "nonroot: fix: drop"),
        report(Verdict.DROPPED, CAPS).toText());
  }

  @Test
  void nothingFoundIsNothingSaid() {
    assertEquals(List.of(), report(Verdict.COMPLIANT).toText());
    assertEquals(List.of(), report(Verdict.DROPPED).toText());
  }

  @Test
  void aFindingIsOneLineWhateverIsInIt() {
    Finding odd = new Finding(Rule.ROOT_GROUPS, Severity.DENY, "a\nb", "c\u001bd");
    assertEquals(
        List.of("nonroot: refused: a\\x0ab [root-groups]", "nonroot: fix: c\\x1bd"),
        report(Verdict.REFUSED, odd).toText());
  }

  @Test
  void jsonHasTheFieldsOfTheContractInTheirOrder() {
    Identity identity =
        Identity.user(1000)
            .uid(1, 2, 3, 4)
            .gid(5, 6, 7, 4294967294L)
            .groups(8, 9)
            .capabilities(new CapabilitySets(1, 2, 4, 0x1ffffffffffL, Long.MIN_VALUE))
            .noNewPrivs()
            .seccomp(2);
    Report report =
        new Report(
            Verdict.REFUSED, "refuse", "restricted", identity.credentials(), List.of(ROOT, CAPS));
    String json = report.toJson(SUBJECT);
    assertEquals(
        "{\"schema\":\"nonroot/1\",\"time\":\"2024-02-29T00:02:03.045Z\",\"pid\":7,"
            + "\"main\":\"a\\\"\\u00fc\\ufffd.jar\",\"java\":\"21.0.1\",\"action\":\"refuse\","
            + "\"verdict\":\"refused\",\"profile\":\"restricted\",\"credentials\":{"
            + "\"uid\":[1,2,3,4],\"gid\":[5,6,7,4294967294],\"groups\":[8,9],"
            + "\"capEff\":\"0000000000000004\",\"capPrm\":\"0000000000000002\","
            + "\"capBnd\":\"000001ffffffffff\",\"capAmb\":\"8000000000000000\","
            + "\"capInh\":\"0000000000000001\",\"noNewPrivs\":true,\"seccomp\":2},"
            + "\"findings\":[{\"rule\":\"root-uid\",\"severity\":\"deny\",\"message\":\"is root\","
            + "\"fix\":\"fix\"},{\"rule\":\"capabilities\",\"severity\":\"warn\","
            + "\"message\":\"caps\",\"fix\":\"drop\"}]}",
        json);
    assertEquals("a\"\u00fc\ufffd.jar", StrictJson.parseObject(json).get("main"));
  }

  @Test
  void jsonIsValidWithoutCredentialsAndFindings() {
    Report report = new Report(Verdict.COMPLIANT, "refuse", "baseline", null, List.of());
    Map<String, Object> json = StrictJson.parseObject(report.toJson(SUBJECT));
    assertTrue(json.containsKey("credentials"));
    assertEquals(null, json.get("credentials"));
    assertEquals(List.of(), json.get("findings"));
    assertEquals("compliant", json.get("verdict"));
  }
}
