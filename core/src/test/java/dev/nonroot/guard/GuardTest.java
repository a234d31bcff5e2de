package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.ConfigurationException;
import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent does about each identity, without a step-down. */
class GuardTest {
  private static final String POLICY_FILE = "/etc/nonroot/nonroot.properties";
  private static final String REFUSED =
      "nonroot: refused: this JVM runs as root (uid 0) [root-uid]";
  private static final String FIX =
      "nonroot: fix: USER 10001 in the Dockerfile, docker run --user 10001,"
          + " securityContext.runAsUser/runAsNonRoot, or"
          + " ENTRYPOINT [\"/opt/nonroot/bin/nonroot\",\"-u\",\"10001\",\"--\"]";

  private static FakeKernel kernel(String who) {
    FakeKernel kernel =
        new FakeKernel(who.equals("user") ? Identity.user(1000) : Identity.root(), 3);
    if (who.equals("userns root")) {
      kernel.uidMap(0, 100000, 65536);
    } else if (who.equals("unknown")) {
      kernel.file("/proc/self/status", FakeFile.unreadable("Permission denied"));
    } else if (who.equals("root by calls")) {
      kernel.noProc();
    }
    return kernel;
  }

  private static Outcome check(FakeKernel kernel, String options) throws ConfigurationException {
    return new GuardRun(kernel, FakeJvm.APP).check(Source.agentOptions(options));
  }

  private static void assertOutcome(int exitCode, List<String> stderr, Outcome actual) {
    assertEquals(new Outcome(exitCode, stderr, null), actual);
  }

  /** The exit code, and the first line but for its prefix; neither where nothing is to be done. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "refuse|root|77|refused: this JVM runs as root (uid 0) [root-uid]",
        "refuse|root by calls|77|refused: this JVM runs as root (uid 0) [root-uid]",
        "refuse|userns root|0|warning: USERNS [userns-root]",
        "refuse|unknown|77|refused: UNKNOWN [unknown-identity]",
        "refuse|user|-|-",
        "warn|root|0|warning: this JVM runs as root (uid 0) [root-uid]",
        "warn|userns root|0|warning: USERNS [userns-root]",
        "warn|unknown|0|warning: UNKNOWN [unknown-identity]",
        "warn|user|-|-",
        "drop,user=1000|unknown|77|refused: UNKNOWN [unknown-identity]",
        "drop,user=1000|user|-|-",
        "off|root|-|-",
        "off|userns root|-|-",
        "off|unknown|-|-",
        "off|user|-|-",
        "refuse,profile=restricted|userns root|77|refused: USERNS [userns-root]",
        "refuse,profile=restricted|user|77"
            + "|refused: no_new_privs is off for this JVM [no-new-privs]",
        "warn,profile=restricted|user|0|warning: no_new_privs is off for this JVM [no-new-privs]",
        "refuse,allow=unknown-identity|unknown|-|-",
        "refuse,warn=root-uid|root|0|warning: this JVM runs as root (uid 0) [root-uid]",
        "refuse,allow=root-uid+capabilities|root|-|-",
        "refuse,deny=userns-root|userns root|77|refused: USERNS [userns-root]",
        "refuse,min-uid=1001|user|77"
            + "|refused: this JVM runs as uid 1000, which is below min-uid 1001 [uid-range]",
      })
  void everyActionAndIdentity(String action, String who, Integer exitCode, String line)
      throws Exception {
    FakeKernel kernel = kernel(who);
    Outcome outcome = check(kernel, "action=" + action);
    if (exitCode == null) {
      assertNull(outcome);
    } else {
      String expected =
          line.replace(
                  "USERNS",
                  "this JVM runs as root (uid 0) of a user namespace that is unprivileged outside")
              .replace(
                  "UNKNOWN",
                  "who this JVM runs as cannot be found out: /proc/self/status: Permission denied");
      assertEquals("nonroot: " + expected, outcome.stderr().get(0));
      assertEquals(exitCode, outcome.exitCode());
      assertNull(outcome.account());
    }
    for (int tid : kernel.tids()) {
      assertEquals(kernel(who).credentials(tid), kernel.credentials(tid), "nothing is changed");
    }
  }

  @Test
  void whatIsSaidToRootIsTwoLines() throws Exception {
    assertOutcome(77, List.of(REFUSED, FIX), check(kernel("root"), ""));
    assertOutcome(77, List.of(REFUSED, FIX), check(kernel("root"), null));
  }

  @Test
  void aWarningIsALineForEachFindingAndEachFix() throws Exception {
    FakeKernel kernel = new FakeKernel(Identity.root().permittedAndEffective(0x21), 1);
    assertOutcome(
        0,
        List.of(
            REFUSED.replace("refused", "warning"),
            "nonroot: warning: this JVM holds capabilities: CHOWN KILL [capabilities]",
            FIX,
            "nonroot: fix: docker run --cap-drop ALL, securityContext.capabilities.drop [\"ALL\"],"
                + " or accept them by allow-caps"),
        check(kernel, "action=warn"));
  }

  @Test
  void withoutAnyConfigurationRootIsRefused() {
    assertOutcome(77, List.of(REFUSED, FIX), new GuardRun(kernel("root"), FakeJvm.APP).check());
    assertNull(new GuardRun(kernel("user"), FakeJvm.APP).check());
  }

  @Test
  void aCompliantJvmCostsNoCallAndNoFile() throws Exception {
    FakeKernel kernel = kernel("user");
    kernel.noNativeAccess("never asked");
    kernel.file("/etc/group", FakeFile.unreadable("never asked"));
    kernel.file("/etc/passwd", FakeFile.unreadable("never asked"));
    assertNull(check(kernel, "action=drop,user=app"));
  }

  @Test
  void groupsThatCannotBeReadDoNotDenyUnlessAsked() throws Exception {
    FakeKernel kernel = kernel("user");
    kernel.file("/etc/group", FakeFile.unreadable("Permission denied"));
    assertEquals(0, check(kernel, "warn=root-groups").exitCode());
    assertEquals(77, check(kernel, "deny=root-groups").exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"warn", "off", "refuse", "drop"})
  void aBadConfigurationEndsEveryAction(String action) throws Exception {
    for (String who : new String[] {"root", "user", "unknown"}) {
      assertOutcome(
          78,
          List.of(
              "nonroot: error: report=xml in the agent options is not valid;"
                  + " accepted: text, json or none"),
          check(kernel(who), "user=1000,report=xml,action=" + action));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "java -version, '', '', true",
    "java -version, A=b, '', true",
    "java -version, '', exempt=jdk-tools, true",
    "java -version, '', exempt=none, false",
    "java -version, '', exempt=a, false",
    "java -version, '', exempt=none+a, false",
    "java -Dnonroot.exempt=none -version, '', '', false",
    "java -version, JAVA_TOOL_OPTIONS=-javaagent:/opt/nonroot/nonroot-agent.jar=exempt=none, '',"
        + " false",
    "java -version, NONROOT_EXEMPT=none, '', false",
    "java -version, NONROOT_CONFIG=/policy, '', false",
    "java -Dnonroot.config=/policy -version, '', '', false",
    "java Main, '', '', false",
  })
  void aBadConfigurationEndsWhatIsNotSurelyExempt(
      String words, String variable, String policy, boolean passes) throws Exception {
    for (String who : new String[] {"root", "user"}) {
      FakeKernel kernel = kernel(who);
      FakeJvm.start(kernel, "/jdk/bin/java", words, variable);
      if (!policy.isEmpty()) {
        kernel.file(POLICY_FILE, policy + "\n");
      }
      GuardRun guard = new GuardRun(kernel, new FakeJvm(null));
      Outcome outcome = guard.check(Source.agentOptions("min-uid=x"));
      assertEquals(passes, outcome == null);
      assertEquals(passes, guard.failed(new ConfigurationException("x")) == null);
      assertTrue(passes || outcome.exitCode() == 78);
      assertNotNull(guard.failed(new IllegalStateException("x")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "root, 1000, 0644, 78",
    "root, 0, 0664, 78",
    "unknown, 1000, 0644, 78",
    "userns root, 1000, 0644, 78",
    "root, 0, 0644, 0",
    "user, 1000, 0666, 0",
  })
  void rootHeedsNoFileOfOthers(String who, long owner, String mode, int exitCode) throws Exception {
    FakeKernel kernel = kernel(who);
    FakeFile file = FakeFile.of("action=warn\nprofile=restricted\n");
    kernel.file(POLICY_FILE, file.owned(owner, Integer.parseInt(mode, 8)));
    Outcome outcome = check(kernel, "");
    assertEquals(exitCode, outcome.exitCode());
    if (exitCode != 0) {
      assertOutcome(
          78,
          List.of(
              "nonroot: error: "
                  + POLICY_FILE
                  + " can be written by others than root, and this process runs as root; accepted:"
                  + " owner root and mode 0644 or less, of the directories above it root and 0755"
                  + " (chown root, chmod go-w)"),
          outcome);
    }
  }

  @Test
  void whatIsLockedIsWarnedOf() throws Exception {
    String warning =
        "nonroot: warning: action in the agent options is ignored: it is locked by " + POLICY_FILE;
    FakeKernel root = kernel("root");
    root.file(POLICY_FILE, "locked=action\n");
    assertOutcome(77, List.of(warning, REFUSED, FIX), check(root, "action=off"));
    FakeKernel user = kernel("user");
    user.file(POLICY_FILE, "locked=action\n");
    assertOutcome(0, List.of(warning), check(user, "action=off"));
    root.file(POLICY_FILE, "locked=action\naction=off\n");
    assertOutcome(0, List.of(warning), check(root, "action=refuse"));
    assertNull(check(root, "action=off"));
    root.file(POLICY_FILE, "locked=action\naction=drop\nuser=1000\n");
    assertOutcome(0, List.of(warning), check(root, "action=refuse,exempt=app.jar"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdk-tools, , java -version, true",
    "jdk-tools, , jsvc -version, false",
    "jdk-tools, , javac A.java, true",
    "jdk-tools, jdk.compiler/com.sun.tools.javac.Main, java Main, false",
    "jdk-tools, /app/app.jar, java -jar /app/app.jar, false",
    "app.jar, /app/app.jar, java -jar /app/app.jar, true",
    "none, , java -version, false",
  })
  void whatIsExemptIsNotRefused(String exempt, String main, String words, boolean passes)
      throws Exception {
    for (String action : new String[] {"refuse", "warn", "drop,user=1000"}) {
      FakeKernel kernel = kernel("root");
      Source options = Source.agentOptions("exempt=" + exempt + ",action=" + action);
      FakeJvm.start(kernel, "/jdk/bin/" + words.substring(0, words.indexOf(' ')), words);
      Outcome outcome = new GuardRun(kernel, new FakeJvm(main)).check(options);
      assertEquals(passes, outcome == null, action);
      boolean dropped = kernel.credentials(FakeKernel.PID).groups().equals(Groups.of(1000));
      assertEquals(!passes && action.startsWith("drop"), dropped);
    }
  }

  @Test
  void whateverElseGoesWrongRefuses() throws Exception {
    FakeKernel kernel = kernel("root");
    kernel.file(
        "/proc/self/status",
        FakeFile.of(
            () -> {
              throw new IllegalStateException("bo\nom");
            }));
    assertOutcome(
        77,
        List.of(
            "nonroot: refused: who this JVM runs as cannot be found out:"
                + " java.lang.IllegalStateException: bo\\x0aom [unknown-identity]"),
        check(kernel, "action=warn"));
  }

  @Test
  void aUidThatTheUserNamespaceDoesNotMapIsUnknown() throws Exception {
    FakeKernel kernel = new FakeKernel(Identity.user(65_534), 1);
    assertNull(new GuardRun(kernel, FakeJvm.APP).check(new Source()), "it is mapped");
    kernel.file("/proc/self/uid_map", "");
    Outcome outcome = new GuardRun(kernel, FakeJvm.APP).check(new Source());
    assertEquals(77, outcome.exitCode());
    assertTrue(outcome.stderr().get(0).endsWith(" [unknown-identity]"), outcome.stderr().get(0));
    kernel.file("/proc/self/uid_map", "0 100000 1000\n");
    assertEquals(77, new GuardRun(kernel, FakeJvm.APP).check(new Source()).exitCode());
  }

  /** A program whose first thread only has given root up, and which makes a JVM on another one. */
  @ParameterizedTest
  @CsvSource({
    "refuse, 77",
    "warn, 0",
    "'drop,user=1000', 77",
    "'drop,user=1000,allow=root-uid+capabilities', 77",
  })
  void aThreadThatIsRootIsFound(String action, int exitCode) throws Exception {
    FakeKernel kernel = kernel("user");
    kernel.become(FakeKernel.PID + 2, Identity.root());
    Outcome outcome = check(kernel, "action=" + action);
    assertEquals(exitCode, outcome.exitCode());
    String verdict = exitCode == 0 ? "warning" : "refused";
    assertEquals(
        "nonroot: "
            + verdict
            + ": thread 102 is not who the process is: this JVM runs as root (uid 0) [root-uid]",
        outcome.stderr().get(0));
    assertTrue(
        outcome.stderr().stream().anyMatch(line -> line.contains("give root up on all threads")),
        outcome.stderr().toString());
    assertEquals(Identity.user(1000).credentials(), kernel.credentials(FakeKernel.PID));
  }

  @Test
  void aThreadThatRestrictedDeniesIsFound() throws Exception {
    FakeKernel kernel = new FakeKernel(Identity.user(1000).noNewPrivs().seccomp(2), 3);
    assertNull(check(kernel, "profile=restricted"));
    kernel.become(FakeKernel.PID + 1, Identity.user(1000).noNewPrivs());
    Outcome outcome = check(kernel, "profile=restricted");
    assertEquals(77, outcome.exitCode());
    assertTrue(outcome.stderr().get(0).contains("thread 101"), outcome.stderr().get(0));
    assertNull(check(kernel, "profile=restricted,allow=seccomp"));
  }

  @ParameterizedTest
  @CsvSource({"refuse, 77", "warn, 0", "'drop,user=1,allow=unknown-identity', 77"})
  void threadsThatNobodyCanSeeAreUnknown(String action, int exitCode) throws Exception {
    FakeKernel kernel = kernel("user");
    kernel.unlistable("Permission denied");
    Outcome outcome = check(kernel, "action=" + action);
    assertEquals(exitCode, outcome.exitCode());
    assertTrue(
        outcome.stderr().get(0).contains("/proc/self/task: Permission denied"),
        outcome.stderr().get(0));
  }
}
