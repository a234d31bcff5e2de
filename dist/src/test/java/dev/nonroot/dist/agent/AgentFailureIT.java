package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A system call of the step-down that fails, or only says that it worked, ends the JVM. */
class AgentFailureIT {
  @BeforeEach
  void strace() throws Exception {
    Root.required();
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
  }

  private static Run.Result injecting(TestedJvm jvm, String fault) throws Exception {
    List<String> strace =
        List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=" + fault);
    return Run.of(AgentRefuseIT.concat(strace, jvm.command("action=drop,user=10001", "WhoAmI")))
        .timeout(Duration.ofMinutes(3))
        .go();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setgroups|EPERM|setgroups(1, [10001]): Operation not permitted",
        "setgroups|ENOMEM|setgroups(1, [10001]): Cannot allocate memory",
        "setresgid|EPERM|setresgid(10001, 10001, 10001): Operation not permitted",
        "setresgid|EAGAIN|setresgid(10001, 10001, 10001): Resource temporarily unavailable",
        "setresuid|EPERM|setresuid(10001, 10001, 10001): Operation not permitted",
        "setresuid|EAGAIN|setresuid(10001, 10001, 10001): Resource temporarily unavailable",
        "capset|EPERM|capset(0, 0, 0): Operation not permitted",
        "seccomp|ENOMEM|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Cannot alloc",
        "seccomp|EINVAL|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Invalid arg",
        "prctl|EPERM|prctl(",
      })
  void aCallThatFailsIsNamed(String call, String errno, String error) throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      Run.Result result = injecting(jvm, call + ":error=" + errno);
      assertEquals(71, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertEquals(1, result.errors().size(), result.toString());
      assertTrue(
          result.errors().get(0).startsWith("nonroot: error: step-down failed: " + error),
          result.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"setgroups", "setresgid", "setresuid", "seccomp"})
  void aCallThatOnlySaysThatItWorkedIsFoundOut(String call) throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      Run.Result result = injecting(jvm, call + ":retval=0");
      assertEquals(71, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertEquals(1, result.errors().size(), result.toString());
    }
  }
}
