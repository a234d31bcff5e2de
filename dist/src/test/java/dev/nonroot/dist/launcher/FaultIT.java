package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.launcher.Trace.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every system call of the native launcher that fails ends it before the command runs, with one
 * line that names it; and a call that only says that it succeeded is found out. strace(1) injects
 * both. What is tolerated is in a table, with its reason.
 */
class FaultIT {
  private static final List<String> ERRORS = List.of("EPERM", "EAGAIN", "EINVAL", "ENOMEM");
  private static final String ANY = "EPERM EAGAIN EINVAL ENOMEM";
  private static final String FAKED = "faked";

  /**
   * Whose success the verification has to doubt. The kernel's answers about files, it may trust.
   */
  private static final Set<String> DOUBTED =
      Set.of(
          "setgroups",
          "setresgid",
          "setresuid",
          "setuid",
          "setgid",
          "prctl",
          "capset",
          "keyctl",
          "fstatfs");

  private static final Set<String> STEP_DOWN =
      Set.of(
          "setgroups",
          "setresgid",
          "setresuid",
          "capset",
          "prctl",
          "setuid",
          "setgid",
          "keyctl",
          "execve");

  /**
   * @param call a regular expression for the line of strace
   * @param faults what may happen to it
   * @param but scenarios where it may not
   * @param reason why the command runs all the same
   */
  private record Tolerated(String call, String faults, Set<Scenario> but, String reason) {}

  private static final List<Tolerated> TABLE =
      List.of(
          new Tolerated(
              "(setuid|setgid)\\(0\\).*|setresuid\\(-1, 0, -1\\).*|setgroups\\(.* = -1",
              ANY,
              Set.of(),
              "a try to get root back, which has to fail"),
          new Tolerated(
              "prctl\\(PR_CAPBSET_DROP, .*",
              "EPERM",
              Set.of(Scenario.ALLOW_NEW_PRIVS),
              "without CAP_SETPCAP the bounding set stays, which no_new_privs makes harmless"),
          new Tolerated(
              "prctl\\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL.*",
              "EINVAL",
              Set.of(Scenario.CAPABILITY),
              "Linux before 4.3 has no ambient set to empty"),
          new Tolerated(
              "prctl\\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL.*",
              FAKED,
              Set.of(),
              "setresuid(2) has emptied it"),
          new Tolerated(
              "prctl\\(PR_SET_KEEPCAPS, 0.*",
              FAKED,
              Set.of(),
              "execve(2) turns it off, and there are no other capabilities left to keep"),
          new Tolerated(
              "capset\\(.*",
              FAKED,
              Set.of(Scenario.ALLOW_NEW_PRIVS, Scenario.GOSU, Scenario.CAPABILITY),
              "setresuid(2) has emptied them, and the inheritable set is harmless"),
          new Tolerated(
              "(newfstatat|fchmod)\\([012], .*|readlink\\(\"/proc/self/fd/[012]\".*",
              ANY,
              Set.of(),
              "stdin, stdout and stderr are given as well as it can be done"),
          new Tolerated(
              "keyctl\\(.*",
              "EPERM",
              Set.of(),
              "a seccomp filter denies it to the command as well"),
          new Tolerated(
              "keyctl\\(.*",
              ANY + " " + FAKED,
              EnumSet.complementOf(EnumSet.of(Scenario.GOSU)),
              "gosu keeps the session keyring"),
          new Tolerated(
              "openat\\(AT_FDCWD, \"/dev/tty\".*",
              ANY,
              Set.of(),
              "a terminal that cannot be looked at is taken for one that root's shell reads"),
          new Tolerated(
              "seccomp\\(.*",
              "EINVAL",
              Set.of(),
              "tried again without SECCOMP_FILTER_FLAG_SPEC_ALLOW, for Linux before 4.17"),
          new Tolerated(
              "renameat2\\(.*",
              "EINVAL",
              Set.of(),
              "the file system may not know RENAME_NOREPLACE"),
          new Tolerated(
              "getdents64\\(.*, no room", "EINVAL", Set.of(), "what it always says to that"),
          new Tolerated(
              "prlimit64\\(0, RLIMIT_NOFILE.*",
              ANY,
              Set.of(Scenario.LIMITS),
              "room for deep trees: if there is none, openat(2) fails"),
          new Tolerated(
              "(open|read|fstat|fstatfs)\\(\"?/proc/self/(setgroups|uid_map|gid_map).*",
              ANY + " " + FAKED,
              Set.of(),
              "only asked so that a better message can be given before the kernel's"),
          new Tolerated(
              "(open|read|fstat)\\(\"?/etc/(passwd|group).*",
              ANY,
              EnumSet.complementOf(EnumSet.of(Scenario.NOT_ROOT)),
              "who is not root stays as he is, whoever is meant"),
          new Tolerated(
              "(open|read|fstat|fstatfs)\\(\"?/proc/self/status.*",
              ANY + " " + FAKED,
              Set.of(Scenario.GOSU),
              "read a second time if the first did not work"),
          new Tolerated(
              "(open|read|fstat|fstatfs)\\(\"?/proc/self/task/.*/status.*",
              ANY + " " + FAKED,
              Set.of(),
              "read again while the thread is listed: threads end at any time"),
          new Tolerated(
              "getres[ug]id\\(.*",
              ANY,
              Set.of(Scenario.GOSU),
              "asked a second time if the first did not work"),
          new Tolerated(
              "mmap .* fixed",
              ANY,
              Set.of(),
              "musl's guard page before its heap, which nothing runs into"),
          new Tolerated(
              "execve\\(\"\", .*", ANY, Set.of(), "the rehearsal of the exec, which has to fail"));

  /** What is only warned about, as the user is not root all the same. */
  private static final List<Tolerated> WARNED =
      List.of(
          new Tolerated(
              "keyctl\\(.*",
              "EAGAIN EINVAL ENOMEM " + FAKED,
              Set.of(Scenario.GOSU),
              "the keys of root's session stay in reach, if there are any"),
          new Tolerated(
              "seccomp\\(.*",
              "EPERM EAGAIN ENOMEM",
              Set.of(),
              "on a terminal that a shell goes on with, the command can type into it"));

  @BeforeAll
  static void needs() throws Exception {
    Root.required();
    Path trace = Path.of("/usr/bin/strace");
    Root.required(
        Files.exists(trace) && Run.of(trace.toString(), "true").go().exitCode() == 0, "ptrace");
  }

  @ParameterizedTest
  @EnumSource
  void noFaultIsPassedOver(Scenario scenario) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Call> calls = Trace.of(scenario);
    for (Call call : calls) {
      for (String error : errors(call)) {
        String problem = problem(scenario, call, error, inject(scenario, call, "error=" + error));
        if (problem != null) {
          wrong.add(problem);
        }
      }
      if (DOUBTED.contains(call.name())) {
        String problem = problem(scenario, call, FAKED, inject(scenario, call, "retval=0"));
        if (problem != null) {
          wrong.add(problem);
        }
      }
    }
    assertEquals("", String.join("\n", wrong), scenario.toString());
  }

  /** gVisor does not tell the type of its /proc, and has no keys. */
  @Test
  void aKernelThatKnowsNeitherTypesNorKeysIsEnough() throws Exception {
    String[] faults = {"-e", "inject=fstatfs:error=ENOSYS", "-e", "inject=keyctl:error=EACCES"};
    List<String> tracer = new ArrayList<>(Trace.strace("-o", "/dev/null"));
    tracer.addAll(List.of(faults));
    Run.Result result = Scenario.PLAIN.run(tracer).go();
    assertEquals("ran\n", Launcher.assertRuns(result));
  }

  /** Else the test above would pass without having tried anything. */
  @ParameterizedTest
  @EnumSource
  void theCallsThatMatterAreTried(Scenario scenario) throws Exception {
    Set<String> names = new HashSet<>();
    for (Call call : Trace.of(scenario)) {
      names.add(call.name());
    }
    Set<String> needed =
        switch (scenario) {
          case NOT_ROOT ->
              Set.of("openat", "read", "fstatfs", "getresuid", "getresgid", "execve", "mmap");
          case OWN ->
              Set.of("openat", "newfstatat", "readlink", "fchownat", "getdents64", "setresuid");
          case COPY -> Set.of("openat", "read", "write", "fchmod", "fchownat", "renameat2");
          case MKDIR -> Set.of("mkdirat", "fchmod", "fchownat", "renameat2", "getdents64");
          case LIMITS -> Set.of("prlimit64", "chdir", "setgroups", "setresgid", "setresuid");
          case GOSU -> STEP_DOWN;
          default -> {
            Set<String> withStreams = new HashSet<>(STEP_DOWN);
            withStreams.addAll(Set.of("fchmod", "readlink"));
            yield withStreams;
          }
        };
    assertTrue(names.containsAll(needed), names.toString());
  }

  private static List<String> errors(Call call) {
    return switch (call.verb()) {
      case "mmap", "mprotect" -> List.of("ENOMEM");
      case "open", "read", "fstat", "fstatfs" ->
          List.of("EPERM", "ENOMEM"); // one path for all errors
      default -> ERRORS;
    };
  }

  private static Run.Result inject(Scenario scenario, Call call, String fault) throws Exception {
    String inject = "inject=" + call.name() + ":" + fault + ":when=" + call.when();
    return scenario.run(Trace.strace("-o", "/dev/null", "-e", inject)).go();
  }

  /** Null if that is what has to come of it. */
  private static String problem(Scenario scenario, Call call, String fault, Run.Result result)
      throws IOException {
    String what = call.text() + " #" + call.when() + " " + fault + ": ";
    for (String name : Scenario.provided()) {
      if (name.startsWith(".")) { // what has its own name is whole
        return what + "left behind is " + name;
      }
    }
    if (result.exitCode() == 0 && result.stdout().equals("ran\n") && result.stderr().isEmpty()) {
      return isIn(TABLE, scenario, call, fault) ? null : what + "the command ran";
    }
    if (result.exitCode() == 0
        && result.stdout().equals("ran\n")
        && result.errors().size() == 1
        && result.errors().get(0).startsWith("nonroot: warning: ")
        && result.errors().get(0).contains(named(call))) {
      return isIn(WARNED, scenario, call, fault) ? null : what + "the command ran, with a warning";
    }
    String seen = what + result.exitCode() + " " + result.stdout() + result.stderr().trim();
    if (!result.stdout().isEmpty() || result.errors().size() != 1) {
      return seen;
    }
    String line = result.errors().get(0);
    return result.exitCode() == exitCode(scenario, call)
            && line.startsWith(scenario.start())
            && (fault.equals(FAKED) || line.contains(named(call)) || line.contains(seen(call)))
        ? null
        : seen;
  }

  private static boolean isIn(List<Tolerated> table, Scenario scenario, Call call, String fault) {
    return table.stream()
        .anyMatch(
            row ->
                call.text().matches(row.call())
                    && List.of(row.faults().split(" ")).contains(fault)
                    && !row.but().contains(scenario));
  }

  private static int exitCode(Scenario scenario, Call call) {
    if (call.name().equals("execve")) {
      return scenario == Scenario.GOSU ? 1 : 126;
    }
    return call.text().matches("\\w+\\(\"?/etc/.*") ? scenario.badFile() : scenario.failure();
  }

  /** What the message may say in place of that: what was found out later. */
  private static String seen(Call call) {
    return call.kind().contains("CAPBSET") ? "the bounding set" : named(call);
  }

  /** What of the call the message has to have. */
  private static String named(Call call) {
    String file = call.text().replaceFirst("\\w+\\(\"?([^\",]*).*", "$1");
    return switch (call.verb()) {
      case "open", "read", "fstat", "fstatfs" -> file;
      case "getdents64" -> file.startsWith(".nonroot") ? "getdents64(" : file;
      case "readlink" -> file.startsWith("/etc/") ? file : "readlink(";
      case "execve" -> Trace.COMMAND.get(0);
      case "prctl" -> call.kind();
      case "newfstatat" -> "fstatat(";
      case "prlimit64" -> "rlimit(nofile";
      case "mmap", "mprotect" -> "";
      default -> call.name() + "(";
    };
  }
}
