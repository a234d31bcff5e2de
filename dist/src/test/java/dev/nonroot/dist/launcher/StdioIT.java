package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streams that the command opens anew by {@code /dev/stdout} and the like. */
class StdioIT {
  private static final String WRITE =
      "cat </dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr";

  @TempDir private Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void pipesCanBeOpened(Launcher launcher) throws Exception {
    Run.Result result =
        launcher.run("-u", "10001", "sh", "-c", WRITE).stdin(new byte[] {'i', '\n'}).go();
    assertEquals("i\nout\n", result.stdout());
    assertEquals(List.of("err"), result.errors());
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void filesAndDevicesStayRoots(Launcher launcher) throws Exception {
    Path file = directory.resolve("file");
    String redirect = "exec </dev/null >" + file + " 2>/dev/zero";
    Run run =
        launcher.under(
            Launcher.shell(redirect),
            "-u",
            "10001",
            "stat",
            "-Lc%u",
            "/dev/stdin",
            "/proc/self/fd/1",
            "/proc/self/fd/2");
    assertEquals("", assertRuns(run.go()));
    assertEquals("0\n0\n0\n", Files.readString(file));
    assertEquals(0, Files.getAttribute(file, "unix:uid"));
    assertEquals(0, Files.getAttribute(Path.of("/dev/null"), "unix:uid"));
  }

  /** Else the user could take from root's pipe what other processes write to it. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void pipesCanBeOpenedInTheirDirectionOnly(Launcher launcher) throws Exception {
    String script =
        "(exec 3</proc/$$/fd/1) 2>/dev/null && echo reads its stdout;"
            + " (exec 3>/proc/$$/fd/0) 2>/dev/null && echo writes its stdin;"
            + " stat -Lc '%u %a' /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2";
    assertEquals(
        "0 644\n0 622\n0 622\n", assertRuns(launcher.run("-u", "10001", "sh", "-c", script).go()));
  }

  /** It takes no capability, as the owner stays. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void pipesCanBeOpenedWithoutChown(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--bounding-set=-all,+setuid,+setgid");
    Run run = launcher.under(caller, "-u", "10001", "sh", "-c", WRITE);
    Run.Result result = run.stdin(new byte[] {'i', '\n'}).go();
    assertEquals("i\nout\n", result.stdout());
    assertEquals(List.of("err"), result.errors());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsSomebodyElsesStaysSo(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "stat", "-Lc%u %a", "/proc/self/fd/1"};
    Run run = launcher.under(Launcher.shell("chown 7 /proc/self/fd/1"), args);
    assertEquals("7 600\n", assertRuns(run.go()));
  }

  /** What has a name, others can open by it. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aNamedPipeStaysAsItIs(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "stat", "-Lc%u %a", "/proc/self/fd/1"};
    Path pipe = directory.resolve("pipe");
    String make = "mkfifo -m 600 " + pipe + "; cat " + pipe + " >&2 & ";
    String script = make + "sleep 0.2; exec >" + pipe;
    Run.Result result = launcher.under(Launcher.shell(script), args).go();
    assertEquals(List.of("0 600"), result.errors());
  }

  /** Nobody can open a socket anew. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aSocketStaysAsItIs(Launcher launcher) throws Exception {
    Root.required(RawExec.isAvailable(), "perl");
    String script =
        "socketpair(A, B, AF_UNIX, SOCK_STREAM, 0); open(STDIN, '<&A'); exec(@ARGV) or die";
    List<String> caller = List.of("perl", "-MSocket", "-e", script);
    String[] args = {"-u", "10001", "stat", "-Lc%F %u", "/proc/self/fd/0"};
    assertEquals("socket 0\n", assertRuns(launcher.under(caller, args).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootGivesNothing(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--reuid=10009", "--clear-groups");
    String[] args = {"-u", "10001", "stat", "-Lc%u %a", "/proc/self/fd/1"};
    assertEquals("0 600\n", assertRuns(launcher.under(caller, args).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void closedStreamsAreFine(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "sh", "-c", "echo out; id -u"};
    Run run = launcher.under(Launcher.shell("exec <&- 2>&-"), args);
    assertEquals("out\n10001\n", assertRuns(run.go()));
  }
}
