package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A system call of the step-down that fails, or only says that it worked, ends the JVM. */
class AgentFailureIT {
  private static final Map<String, String> ERRORS =
      Map.of(
          "EPERM", "Operation not permitted",
          "EAGAIN", "Resource temporarily unavailable",
          "EINVAL", "Invalid argument",
          "ENOMEM", "Cannot allocate memory");
  private static final String DROP = "action=drop,user=10001";
  private static final Pattern LINE = Pattern.compile("(\\d+) +(\\w+)\\((.*)");

  /** What the JVM calls itself before the step-down, which is to work. */
  private static final Map<TestedJvm, Map<String, Integer>> BEFORE = new HashMap<>();

  @BeforeEach
  void strace() throws Exception {
    Root.required();
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
  }

  private record Call(String thread, String name) {}

  private static Run.Result injecting(TestedJvm jvm, String call, String fault) throws Exception {
    return strace(jvm, "/dev/null", "trace=" + call, "inject=" + call + ":" + fault);
  }

  private static Run.Result strace(TestedJvm jvm, String log, String... what) throws Exception {
    List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", log));
    for (String expression : what) {
      strace.addAll(List.of("-e", expression));
    }
    return Run.of(AgentRefuseIT.concat(strace, jvm.command(DROP, "WhoAmI")))
        .timeout(Duration.ofMinutes(3))
        .go();
  }

  /** The prctl and setgroups calls of the thread that steps down, in a real run. */
  private static List<Call> callsOfTheThread(TestedJvm jvm) throws Exception {
    Path log = Files.createTempFile(Open.directory(), "strace", ".log");
    Run.Result result = strace(jvm, log.toString(), "trace=setgroups,prctl");
    assertEquals(0, result.exitCode(), result.toString());
    List<Call> all = new ArrayList<>();
    String thread = "";
    for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.lookingAt()) {
        all.add(new Call(matcher.group(1), matcher.group(2)));
        if (matcher.group(3).startsWith("PR_SET_NO_NEW_PRIVS")) {
          thread = matcher.group(1);
        }
      }
    }
    List<Call> own = new ArrayList<>();
    for (Call call : all) {
      if (call.thread().equals(thread)) {
        own.add(call);
      }
    }
    return own;
  }

  /** As strace counts: how many calls of a name the thread makes before it steps down. */
  private static int before(TestedJvm jvm, String call) throws Exception {
    if (!BEFORE.containsKey(jvm)) {
      Map<String, Integer> counts = new HashMap<>();
      for (Call made : callsOfTheThread(jvm)) {
        if (made.name().equals("setgroups")) {
          break;
        }
        counts.merge(made.name(), 1, Integer::sum);
      }
      BEFORE.put(jvm, counts);
    }
    return BEFORE.get(jvm).getOrDefault(call, 0);
  }

  private static void fails(Run.Result result, String error) {
    assertEquals(71, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertEquals(1, result.errors().size(), result.toString());
    assertTrue(
        result.errors().get(0).startsWith("nonroot: error: step-down failed: " + error),
        result.toString());
  }

  /** The n-th call of a name; and which error is tolerated as it means an old kernel. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setgroups|1|setgroups(1, [10001])|",
        "setresgid|1|setresgid(10001, 10001, 10001)|",
        "setresuid|1|setresuid(10001, 10001, 10001)|",
        // Linux before 4.3 has no ambient set: there is none to empty, and what is read back
        // decides
        "prctl|1|prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)|EINVAL",
        "capset|1|capset(0, 0, 0)|",
        "prctl|2|prctl(PR_SET_NO_NEW_PRIVS, 1)|",
        // Linux before 4.17 does not know SECCOMP_FILTER_FLAG_SPEC_ALLOW: a second call is without
        "seccomp|1|seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)|EINVAL",
        "prctl|3|prctl(PR_SET_DUMPABLE, 1)|",
      })
  void aCallThatFailsIsNamed(String call, int number, String error, String tolerated)
      throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      // the jar runs the same code, and takes longer
      Set<String> names = jvm.isJar() ? Set.of("EPERM") : ERRORS.keySet();
      for (String name : names) {
        int nth = before(jvm, call) + number;
        Run.Result result = injecting(jvm, call, "error=" + name + ":when=" + nth);
        if (name.equals(tolerated)) {
          assertEquals(0, result.exitCode(), result.toString());
          assertTrue(result.stdout().contains(AgentDropIT.DROPPED), result.toString());
        } else {
          fails(result, error + ": " + ERRORS.get(name));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aKernelWithoutSeccompIsTooOld(TestedJvm jvm) throws Exception {
    fails(
        injecting(jvm, "seccomp", "error=EINVAL"),
        "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Invalid argument");
  }

  @ParameterizedTest
  @CsvSource({"setgroups", "setresgid", "setresuid", "seccomp"})
  void aCallThatOnlySaysThatItWorkedIsFoundOut(String call) throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      fails(injecting(jvm, call, "retval=0"), "");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setresuid|2|setresuid(-1, 0, -1) succeeded afterwards",
        "setuid|1|setuid(0) succeeded afterwards",
        "setgid|1|setgid(0) succeeded afterwards",
        "setgroups|2|setgroups succeeded afterwards",
      })
  void aWayBackToRootIsFoundOut(String call, int nth, String error) throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      fails(injecting(jvm, call, "retval=0:when=" + nth), error);
    }
  }
}
