package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatIsSomebodyElsesStaysSo(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "stat", "-Lc%u", "/proc/self/fd/1"};
    Path pipe = directory.resolve("pipe");
    String make = "mkfifo " + pipe + "; chown 7 " + pipe + "; cat " + pipe + " >&2 & ";
    String script = make + "sleep 0.2; exec >" + pipe;
    Run.Result result = launcher.under(Launcher.shell(script), args).go();
    assertEquals(List.of("7"), result.errors());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootGivesNothing(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--reuid=10009", "--clear-groups");
    String[] args = {"-u", "10001", "stat", "-Lc%u", "/proc/self/fd/1"};
    assertEquals("0\n", assertRuns(launcher.under(caller, args).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void terminalsAreGiven(Launcher launcher) throws Exception {
    Root.required(Files.isExecutable(Path.of("/usr/bin/script")), "script(1)");
    String line =
        String.join(" ", launcher.line("-u", "10001", "stat", "-Lc%u", "/proc/self/fd/0"));
    Run.Result result = Run.of("script", "-qec", line, "/dev/null").go();
    assertTrue(result.stdout().contains("10001"), result.toString());
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void closedStreamsAreFine(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "sh", "-c", "echo out; id -u"};
    Run run = launcher.under(Launcher.shell("exec <&- 2>&-"), args);
    assertEquals("out\n10001\n", assertRuns(run.go()));
  }
}
