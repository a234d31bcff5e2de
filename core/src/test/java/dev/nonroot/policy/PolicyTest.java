package dev.nonroot.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nonroot.account.Accounts;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.process.Proc;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  /** Compliant in every profile. */
  private static final Identity GOOD = Identity.user(1000).noNewPrivs().seccomp(2);

  private static final String GROUP_FILE =
      "root:x:0:\nstaff:x:50:\ndocker:x:999:\nsudo:x:27:\nwheel:x:0:\ndocker:x:998:\nx:x:1000:\n";

  private final FakeKernel kernel = new FakeKernel(GOOD, 1);

  @BeforeEach
  void groups() {
    kernel.file("/etc/group", GROUP_FILE);
  }

  private List<Finding> evaluate(Policy policy, Credentials credentials) {
    return policy.evaluate(credentials, new Proc(kernel), new Accounts(kernel));
  }

  private static Policy policy(Profile profile) {
    return new Policy(profile, Map.of(), -1, 0);
  }

  private static String brief(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.rule() + ":" + finding.severity())
        .collect(Collectors.joining(" "));
  }

  private void assertFindings(String expected, Policy policy, Identity identity) {
    assertEquals(expected, brief(evaluate(policy, identity.credentials())));
  }

  private static CapabilitySets sets(long inherit, long permit, long effect, long bound, long amb) {
    return new CapabilitySets(inherit, permit, effect, bound, amb);
  }

  /** What identity, with one rule broken or nearly so, gives in baseline and in restricted. */
  static List<Arguments> identities() {
    String root = "root-uid:deny";
    String capabilities = "capabilities:warn";
    long bind = Capability.mask(Capability.NET_BIND_SERVICE);
    return List.of(
        arguments(GOOD, "", ""),
        arguments(GOOD.uid(0, 0, 0, 0), root, root),
        arguments(GOOD.uid(0, 1000, 1000, 1000), root, root),
        arguments(GOOD.uid(1000, 0, 1000, 1000), root, root),
        arguments(GOOD.uid(1000, 1000, 0, 1000), root, root),
        arguments(GOOD.uid(1000, 1000, 1000, 0), root, root),
        arguments(GOOD.gid(0, 0, 0, 0), "", "root-gid:warn"),
        arguments(GOOD.gid(0, 1000, 1000, 1000), "", "root-gid:warn"),
        arguments(GOOD.gid(1000, 0, 1000, 1000), "", "root-gid:warn"),
        arguments(GOOD.gid(1000, 1000, 0, 1000), "", "root-gid:warn"),
        arguments(GOOD.gid(1000, 1000, 1000, 0), "", "root-gid:warn"),
        arguments(GOOD.groups(0, 1000), "", "root-groups:warn"),
        arguments(GOOD.groups(999), "", "root-groups:warn"),
        arguments(GOOD.groups(5, 27, 1000), "", "root-groups:warn"),
        arguments(GOOD.gid(999), "", "root-groups:warn"),
        arguments(GOOD.gid(1000, 1000, 27, 1000), "", "root-groups:warn"),
        arguments(GOOD.groups(50, 998), "", ""),
        arguments(GOOD.groups(), "", ""),
        arguments(GOOD.uid(999, 999, 999, 999), "", "uid-range:deny"),
        arguments(GOOD.uid(1, 1, 1, 1), "", "uid-range:deny"),
        arguments(GOOD.uid(1000, 1000, 999, 1000), "", "uid-range:deny"),
        arguments(GOOD.permittedAndEffective(1), capabilities, "capabilities:deny"),
        arguments(GOOD.capabilities(sets(0, 2, 0, 2, 0)), capabilities, "capabilities:deny"),
        arguments(GOOD.capabilities(sets(0, 0, 2, 2, 0)), capabilities, "capabilities:deny"),
        arguments(GOOD.capabilities(sets(2, 0, 0, 2, 2)), capabilities, "capabilities:deny"),
        arguments(GOOD.permittedAndEffective(1L << 40), capabilities, "capabilities:deny"),
        arguments(GOOD.permittedAndEffective(1L << 63), capabilities, "capabilities:deny"),
        arguments(GOOD.permittedAndEffective(bind), capabilities, ""),
        arguments(GOOD.permittedAndEffective(bind | 1), capabilities, "capabilities:deny"),
        arguments(GOOD.capabilities(sets(-1, 0, 0, -1, 0)), "", ""),
        arguments(Identity.user(1000).seccomp(2), "", "no-new-privs:deny"),
        arguments(GOOD.seccomp(0), "", "seccomp:deny"),
        arguments(GOOD.seccomp(1), "", ""),
        arguments(
            Identity.root(),
            "root-uid:deny capabilities:warn",
            "root-uid:deny root-gid:warn root-groups:warn capabilities:deny"
                + " no-new-privs:deny seccomp:deny"));
  }

  @ParameterizedTest
  @MethodSource("identities")
  void everyRuleInBothProfiles(Identity identity, String baseline, String restricted) {
    assertFindings(baseline, policy(Profile.BASELINE), identity);
    assertFindings(restricted, policy(Profile.RESTRICTED), identity);
  }

  @ParameterizedTest
  @CsvSource({
    "unknown-identity, deny, deny",
    "root-uid, deny, deny",
    "userns-root, warn, deny",
    "root-gid, allow, warn",
    "root-groups, allow, warn",
    "uid-range, deny, deny",
    "capabilities, warn, deny",
    "no-new-privs, allow, deny",
    "seccomp, allow, deny",
  })
  void theTableOfTheContract(String id, String baseline, String restricted) {
    Rule rule = Rule.of(id);
    assertEquals(id, rule.toString());
    assertEquals(baseline, policy(Profile.BASELINE).severity(rule).toString());
    assertEquals(restricted, policy(Profile.RESTRICTED).severity(rule).toString());
  }

  @Test
  void rulesAreFoundByTheirIdAlone() {
    assertNull(Rule.of("ROOT_UID"));
    assertNull(Rule.of("root_uid"));
    assertNull(Rule.of(""));
    for (Rule rule : Rule.values()) {
      assertEquals(rule == Rule.SPAWN ? null : rule, Rule.of(rule.toString()));
    }
  }

  @Test
  void rootOfAUserNamespaceIsAnotherRule() {
    kernel.uidMap(0, 100000, 65536);
    assertFindings("userns-root:warn", policy(Profile.BASELINE), GOOD.uid(0, 0, 0, 0));
    assertFindings("userns-root:deny", policy(Profile.RESTRICTED), GOOD.uid(0, 0, 0, 0));
    assertFindings("", policy(Profile.RESTRICTED), GOOD);
    kernel.uidMap(0, 0, 65536);
    assertFindings("root-uid:deny", policy(Profile.BASELINE), GOOD.uid(0, 0, 0, 0));
    kernel.file("/proc/self/uid_map", FakeFile.missing());
    assertFindings("root-uid:deny", policy(Profile.BASELINE), GOOD.uid(0, 0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, 1000", // not set
    "0, 0, 0",
    "1, 1, 1",
    "500, 500, 500",
    "2147483647, 2147483647, 2147483647",
  })
  void minUidIsTheProfilesUnlessSet(int set, int baseline, int restricted) {
    assertEquals(baseline, new Policy(Profile.BASELINE, Map.of(), set, 0).minUid());
    assertEquals(restricted, new Policy(Profile.RESTRICTED, Map.of(), set, 0).minUid());
  }

  @Test
  void uidRangeDeniesWhatIsBelow() {
    Policy policy = new Policy(Profile.BASELINE, Map.of(), 1001, 0);
    assertFindings("uid-range:deny", policy, GOOD);
    assertFindings("", policy, Identity.user(1001));
    assertFindings("", policy, Identity.user(4294967294L));
    Finding finding = evaluate(policy, GOOD.credentials()).get(0);
    assertEquals("this JVM runs as uid 1000, which is below min-uid 1001", finding.message());
    assertEquals("a user with a uid of at least 1001, or min-uid", finding.fix());
  }

  /** Whoever allows root means it. */
  @Test
  void uidRangeLeavesRootToTheOtherRules() {
    Map<Rule, Severity> rootAllowed = Map.of(Rule.ROOT_UID, Severity.ALLOW);
    assertFindings("", new Policy(Profile.BASELINE, rootAllowed, 5, 0), GOOD.uid(0, 0, 0, 0));
  }

  @Test
  void allowCapsAreAccepted() {
    long chown = Capability.mask(0);
    long bind = Capability.mask(Capability.NET_BIND_SERVICE);
    Policy baseline = new Policy(Profile.BASELINE, Map.of(), -1, chown);
    assertFindings("", baseline, GOOD.permittedAndEffective(chown));
    assertFindings("capabilities:warn", baseline, GOOD.permittedAndEffective(chown | bind));
    Policy restricted = new Policy(Profile.RESTRICTED, Map.of(), -1, chown);
    assertFindings("", restricted, GOOD.permittedAndEffective(chown | bind));
    Finding finding =
        evaluate(restricted, GOOD.permittedAndEffective(chown | bind | 6).credentials()).get(0);
    assertEquals("this JVM holds capabilities: DAC_OVERRIDE DAC_READ_SEARCH", finding.message());
  }

  @Test
  void singleRulesAreMoved() {
    Map<Rule, Severity> moved =
        Map.of(
            Rule.ROOT_UID, Severity.WARN,
            Rule.ROOT_GID, Severity.DENY,
            Rule.ROOT_GROUPS, Severity.WARN,
            Rule.CAPABILITIES, Severity.ALLOW,
            Rule.SECCOMP, Severity.WARN);
    assertFindings(
        "root-uid:warn root-gid:deny root-groups:warn seccomp:warn",
        new Policy(Profile.BASELINE, moved, -1, 0),
        Identity.root());
    assertFindings(
        "root-uid:warn root-gid:deny root-groups:warn no-new-privs:deny seccomp:warn",
        new Policy(Profile.RESTRICTED, moved, -1, 0),
        Identity.root());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"docker", "disk", "shadow", "kmem", "sudo", "wheel", "lxd", "adm", "root"})
  void groupsThatAmountToRoot(String name) {
    kernel.file("/etc/group", "a:x:5:\n" + name + ":x:7:\nb:x:9:\n");
    List<Finding> findings = evaluate(policy(Profile.RESTRICTED), GOOD.groups(5, 7).credentials());
    if (name.equals("root")) { // by gid alone
      assertEquals("", brief(findings));
    } else {
      assertEquals(
          "this JVM is in a group that amounts to root (gid 7 in /etc/group)",
          findings.get(0).message());
    }
    assertFindings("", policy(Profile.RESTRICTED), GOOD.groups(5, 9));
  }

  @Test
  void groupsThatCannotBeReadMayAmountToRoot() {
    kernel.file("/etc/group", FakeFile.unreadable("Permission denied"));
    List<Finding> findings = evaluate(policy(Profile.RESTRICTED), GOOD.credentials());
    assertEquals("root-groups:warn", brief(findings));
    assertEquals(
        "which groups amount to root cannot be found out:"
            + " cannot read /etc/group: Permission denied",
        findings.get(0).message());
    assertFindings("", policy(Profile.BASELINE), GOOD);
    kernel.file("/etc/group", FakeFile.missing());
    assertFindings("", policy(Profile.RESTRICTED), GOOD);
    assertFindings("root-groups:warn", policy(Profile.RESTRICTED), GOOD.groups(0));
  }

  @Test
  void anUnknownIdentityIsDenied() {
    for (Profile profile : Profile.values()) {
      List<Finding> findings = policy(profile).unknownIdentity("no idea");
      assertEquals("unknown-identity:deny", brief(findings));
      assertEquals("who this JVM runs as cannot be found out: no idea", findings.get(0).message());
    }
    Map<Rule, Severity> allowed = Map.of(Rule.UNKNOWN_IDENTITY, Severity.ALLOW);
    assertEquals(List.of(), new Policy(Profile.BASELINE, allowed, -1, 0).unknownIdentity("x"));
  }

  @Test
  void oneDenialDenies() {
    Finding warn = new Finding(Rule.SECCOMP, Severity.WARN, "m", "f");
    Finding deny = new Finding(Rule.ROOT_UID, Severity.DENY, "m", "f");
    assertFalse(Finding.anyDenies(List.of()));
    assertFalse(Finding.anyDenies(List.of(warn, warn)));
    assertTrue(Finding.anyDenies(List.of(warn, deny)));
  }
}
