package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --rlimit}. */
class LimitIT {
  private static final String FIX =
      "; a hard limit is raised by who has CAP_SYS_RESOURCE, that of open files up to"
          + " /proc/sys/fs/nr_open: docker run --ulimit, or a lower one";
  private static final List<String> USER =
      List.of("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups");

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  /** As /proc/self/limits names it. */
  private static String limit(String name, Run.Result result) {
    for (String line : assertRuns(result).split("\n", -1)) {
      if (line.startsWith("Max " + name)) {
        String[] words = line.substring(26).split(" +", -1);
        return words[0] + ":" + words[1];
      }
    }
    throw new AssertionError(result.toString());
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theCommandHasThem(Launcher launcher) throws Exception {
    Run run =
        launcher.run(
            "-u",
            "10001",
            "--rlimit",
            "nofile=100:200",
            "--rlimit",
            "core=0",
            "cat",
            "/proc/self/limits");
    assertEquals("100:200", limit("open files", run.go()));
    assertEquals("0:0", limit("core file size", run.go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void whoIsNotRootMayLowerThem(Launcher launcher) throws Exception {
    String[] args = {"-u", "1", "--rlimit", "nofile=50", "cat", "/proc/self/limits"};
    assertEquals("50:50", limit("open files", launcher.under(USER, args).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootMayNotRaiseThem(Launcher launcher) throws Exception {
    List<String> caller =
        Launcher.shell("ulimit -n 500; exec " + String.join(" ", USER) + " \"$@\"");
    assertFails(
        125,
        "setrlimit(nofile, 500, 501): Operation not permitted" + FIX,
        launcher.under(caller, "-u", "1", "--rlimit", "nofile=501", "id").go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void rootWithoutSysResourceMayNotEither(Launcher launcher) throws Exception {
    List<String> caller =
        Launcher.shell("ulimit -n 500; exec setpriv --bounding-set=-sys_resource \"$@\"");
    assertFails(
        125,
        "setrlimit(nofile, 500, 501): Operation not permitted" + FIX,
        launcher.under(caller, "-u", "1", "--rlimit", "nofile=10:501", "id").go());
  }

  /** In a container root lacks CAP_SYS_RESOURCE, as a rule. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void rootRaisesThemIfItMay(Launcher launcher) throws Exception {
    Run raise = Run.of("sh", "-ec", "ulimit -n 500; ulimit -n 600");
    boolean may = raise.go().exitCode() == 0;
    String[] args = {"-u", "10001", "--rlimit", "nofile=700:800", "cat", "/proc/self/limits"};
    Run.Result result = launcher.under(Launcher.shell("ulimit -n 500"), args).go();
    if (may) {
      assertEquals("700:800", limit("open files", result));
    } else {
      assertFails(125, "setrlimit(nofile, 500, 800): Operation not permitted" + FIX, result);
    }
  }

  /** What no launcher could live with: only the command gets it. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void lowOnesDoNotHurtTheLauncher(Launcher launcher) throws Exception {
    String shell = "ulimit -n; ulimit -v; ulimit -f";
    Run run =
        launcher.run(
            "-u",
            "10001",
            "--rlimit",
            "nofile=5",
            "--rlimit",
            "as=41943040",
            "--rlimit",
            "fsize=0",
            "/bin/sh",
            "-c",
            shell);
    assertEquals("5\n40960\n0\n", assertRuns(run.go()));
    Run.Result none =
        launcher.run("-u", "1", "--rlimit", "fsize=0", "--rlimit", "nofile=0", "/none/such").go();
    assertFails(127, "cannot run '/none/such': No such file or directory", none);
  }

  /** A thread of the compiler that gets no memory complains on stdout, and ends the JVM. */
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void whereTheyAreOfMemoryOrThreadsTheJvmHasNoCompiler(Launcher launcher) throws Exception {
    Path trace = Open.directory().resolve("limit-trace");
    List<String> strace =
        List.of("strace", "-f", "-qq", "-o", trace.toString(), "-e", "trace=execve");
    for (String limit : List.of("as=1000000000", "data=1000000000", "nproc=5000", "nofile=50")) {
      String[] args = {"-u", "10001", "--rlimit", limit, "/bin/echo", "ok"};
      assertEquals("ok\n", assertRuns(launcher.under(strace, args).go()));
      assertEquals(limit.startsWith("nofile") ? 0 : 1, count("\"-Xint\"", trace), limit);
    }
    String[] dryRun = {"-u", "10001", "--dry-run", "--rlimit", "as=1", "/bin/echo"};
    assertRuns(launcher.under(strace, dryRun).go());
    assertEquals(0, count("\"-Xint\"", trace));
  }

  private static long count(String text, Path file) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.contains(text)).count();
  }

  @ParameterizedTest
  @CsvSource({
    "nofile=7, open files, 7:7",
    "stack=8000000:9000000, stack size, 8000000:9000000",
    "cpu=1000, cpu time, 1000:1000",
    "nproc=5000, processes, 5000:5000"
  })
  void names(String option, String name, String expected) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      Run run = launcher.run("-u", "10001", "--rlimit", option, "cat", "/proc/self/limits");
      assertEquals(expected, limit(name.toLowerCase(Locale.ROOT), run.go()));
    }
  }
}
