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
import dev.nonroot.posix.Errno;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The option spawn. */
class ChildProcessesTest {
  private static final String CALLER = "com.example.Report.print(Report.java:12)";
  private static final List<String> COMMAND = List.of("sh", "-c", "id");

  private final FakeKernel kernel = new FakeKernel(Identity.user(1000), 3);

  private ChildProcesses processes(String options) throws ConfigurationException {
    GuardRun guard = new GuardRun(kernel, FakeJvm.APP);
    Outcome outcome = guard.check(Source.agentOptions(options));
    assertTrue(outcome == null || outcome.exitCode() == 0);
    return guard.childProcesses();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spawn=allow",
        "spawn=deny,action=off",
        "spawn=warn,action=off",
        "spawn=deny,exempt=app.jar"
      })
  void nothingIsToBeDone(String options) throws Exception {
    assertNull(processes(options));
  }

  @Test
  void warnRestrictsNothing() throws Exception {
    assertNull(processes("spawn=warn").restrict());
    assertEquals(List.of(), kernel.faults().calls());
    assertEquals(
        List.of(
            "nonroot: warning: this JVM starts a process: sh -c id; by "
                + CALLER
                + "; spawn=allow accepts it silently, spawn=deny forbids it [spawn]"),
        processes("spawn=warn").starting(COMMAND, CALLER));
  }

  @Test
  void denyRestrictsEveryThread() throws Exception {
    assertNull(processes("spawn=deny").restrict());
    for (int tid : kernel.tids()) {
      assertEquals(2, kernel.credentials(tid).seccomp());
      assertTrue(kernel.credentials(tid).noNewPrivs());
    }
    assertEquals(
        List.of(
            "nonroot: refused: this JVM tried to start a process: sh -c id; by "
                + CALLER
                + "; if it is meant, spawn=warn or spawn=allow [spawn]"),
        processes("spawn=deny").starting(COMMAND, CALLER));
  }

  /** An action that only warns of root does not make a denial of processes a warning. */
  @ParameterizedTest
  @ValueSource(strings = {"refuse", "warn", "drop,user=1000"})
  void denyIsOneWithEveryAction(String action) throws Exception {
    assertTrue(processes("spawn=deny,action=" + action).areDenied());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prctl|prctl(PR_SET_NO_NEW_PRIVS, 1)",
        "seccomp|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)",
        "execve|execve() behind the filter of seccomp"
      })
  void whatCannotBeDeniedIsRefused(String call, String name) throws Exception {
    ChildProcesses processes = processes("spawn=deny");
    kernel.faults().fail(call, Errno.EPERM);
    String line =
        "nonroot: refused: spawn=deny cannot be had: " + name + ": Operation not permitted [spawn]";
    assertEquals(new Outcome(77, List.of(line), null), processes.restrict());
  }

  @Test
  void whatIsNotNoticedAnyMoreIsWarnedOf() throws Exception {
    assertEquals(
        List.of("nonroot: warning: spawn=warn cannot be had: too odd [spawn]"),
        processes("spawn=warn").noLongerNoticed("too odd"));
  }

  @Test
  void withoutNativeAccessItIsRefused() throws Exception {
    ChildProcesses processes = processes("spawn=deny");
    kernel.noNativeAccess("no jffi here");
    assertEquals(77, processes.restrict().exitCode());
  }

  @Test
  void jsonHasTheProcessAsAFinding() throws Exception {
    List<String> lines =
        processes("spawn=warn,report=json,report-file=/r").starting(COMMAND, CALLER);
    assertEquals(1, lines.size());
    Map<String, Object> report = StrictJson.parseObject(lines.get(0));
    assertEquals("warned", report.get("verdict"));
    Map<?, ?> finding = (Map<?, ?>) ((List<?>) report.get("findings")).get(0);
    assertEquals("spawn", finding.get("rule"));
    assertEquals("warn", finding.get("severity"));
    assertTrue(kernel.appended("/r").endsWith(lines.get(0) + "\n"));
    Map<String, Object> denied =
        StrictJson.parseObject(processes("spawn=deny,report=json").starting(COMMAND, "").get(0));
    assertEquals("refused", denied.get("verdict"));
  }

  @Test
  void noneSaysNothing() throws Exception {
    assertEquals(List.of(), processes("spawn=deny,report=none").starting(COMMAND, CALLER));
  }

  @Test
  void whatCannotBeWrittenIsWarnedOf() throws Exception {
    ChildProcesses processes = processes("spawn=warn,report-file=/r");
    kernel.failAppend("Permission denied");
    assertEquals(
        "nonroot: warning: cannot append to report-file /r: Permission denied",
        processes.starting(COMMAND, CALLER).get(1));
  }

  @Test
  void theJvmMayBeOfUnknownIdentityByThen() throws Exception {
    ChildProcesses processes = processes("spawn=warn,report=json");
    kernel.file("/proc/self/status", FakeFile.unreadable("Permission denied"));
    kernel.noNativeAccess("none");
    Map<String, Object> report = StrictJson.parseObject(processes.starting(COMMAND, CALLER).get(0));
    assertNull(report.get("credentials"));
  }

  /** A command can hold a script. */
  @Test
  void aCommandIsOneShortLine() throws Exception {
    String script = "echo a\nnonroot: refused: forged\u001b[31m" + "x".repeat(5000);
    List<String> lines = processes("spawn=warn").starting(List.of("sh", "-c", script), "");
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).length() < 1200, lines.get(0));
    assertTrue(lines.get(0).contains("sh -c echo a\\x0anonroot: refused: forged\\x1b[31mxxx"));
    assertTrue(lines.get(0).contains("xxx...; by no frame of the application;"));
  }
}
