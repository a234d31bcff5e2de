package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The launcher on a terminal of root's: on that of a session of its own, as with {@code docker run
 * -it}, and as a command of a shell that goes on with it.
 */
class TerminalIT {
  private static final String OWNER = "stat -Lc%u:%a /proc/self/fd/0";

  /** Types a line into the terminal, by each descriptor that a process may have of it. */
  private static final String TYPE =
      """
      open(TTY, "<", "/dev/tty") or die;
      for $terminal (STDIN, TTY) {
        for (split //, "injected\\n") {
          ioctl($terminal, 0x5412, $_) or print "cannot type: $!\\n";
        }
      }
      """;

  @BeforeAll
  static void needs() throws Exception {
    Root.required();
    for (String each : List.of("/usr/bin/script", "/usr/bin/perl", "/bin/bash")) {
      Root.required(Files.isExecutable(Path.of(each)), each);
    }
  }

  /** A shell that leads the session of a new terminal, where nobody types anything. */
  private static String shell(String script, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("script", "-qec"));
    StringBuilder command = new StringBuilder("exec bash -c " + quote(script) + " bash");
    for (String argument : arguments) {
      command.append(' ').append(quote(argument));
    }
    line.addAll(List.of(command.toString(), "/dev/null"));
    Run.Result result = Run.of(line).go();
    assertEquals(0, result.exitCode(), result.toString());
    return result.stdout().replace("\r", "");
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String[] line(Launcher launcher, String... command) {
    List<String> options = new ArrayList<>(List.of("-u", "10001", "--"));
    options.addAll(List.of(command));
    return launcher.line(options.toArray(new String[0])).toArray(new String[0]);
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theTerminalOfItsOwnSessionIsTheCommands(Launcher launcher) throws Exception {
    String script =
        "stat -Lc%u /dev/stdin; echo opened >/dev/stdout; grep Seccomp: /proc/$$/status";
    String output = shell("exec \"$@\"", line(launcher, "sh", "-c", script));
    String seccomp = new Status(Run.of(Status.PRINT).go().stdout()).get("Seccomp");
    assertEquals("10001\nopened\nSeccomp:\t" + seccomp + "\n", output);
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theTerminalOfRootsShellStaysRoots(Launcher launcher) throws Exception {
    String after =
        "; setpriv --reuid=10001 --clear-groups sh -c \"exec 3<$(tty) || exec 3>$(tty)\"";
    String before = shell(OWNER + "; tty");
    assertTrue(before.startsWith("0:"), before);
    String output = shell("\"$@\"; " + OWNER + after + " || :", line(launcher, "echo", "ran"));
    String owner = before.substring(0, before.indexOf('\n') + 1);
    assertTrue(output.startsWith("ran\n" + owner), output);
    assertTrue(output.contains("Permission denied"), output);
  }

  /** What is typed into the terminal then, a shell of root's would run. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void nobodyTypesIntoRootsShell(Launcher launcher) throws Exception {
    String read = "\"$@\"; read -t 1; read -t 1 line; echo \"root's shell has read '$line'\"";
    String output = shell(read, line(launcher, "perl", "-e", TYPE));
    assertTrue(output.contains("cannot type: Operation not permitted\n"), output);
    assertTrue(output.endsWith("root's shell has read ''\n"), output);
    assertFalse(output.contains("injected"), output);
  }

  /** The controlling terminal stays what it is. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void norWhereNoStreamIsTheTerminal(Launcher launcher) throws Exception {
    String output = shell("\"$@\" </dev/null | cat", line(launcher, "perl", "-e", TYPE));
    assertTrue(output.contains("cannot type: Operation not permitted\n"), output);
    assertFalse(output.contains("injected"), output);
  }

  /** It leads a session, but not that of the terminal. */
  @ParameterizedTest
  @CsvSource({"setsid -w", "unshare --pid --fork --mount-proc"})
  void aTerminalFromOutsideStaysRoots(String caller) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      String[] line = line(launcher, "stat", "-Lc%u", "/dev/stdin");
      assertEquals("0\n", shell(caller + " \"$@\"", line));
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void inASessionWithoutATerminalThereIsNothingToFilter(Launcher launcher) throws Exception {
    String[] line = line(launcher, "grep", "Seccomp:", "/proc/self/status");
    String seccomp = new Status(Run.of(Status.PRINT).go().stdout()).get("Seccomp");
    assertEquals("Seccomp:\t" + seccomp + "\n", shell("setsid -w \"$@\"", line));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whereNoFilterCanBeSetThereIsAWarning(Launcher launcher) throws Exception {
    String[] line = line(launcher, "echo", "ran");
    String strace = "strace -f -qq -o /dev/null -e inject=seccomp:error=ENOSYS";
    Root.required(Files.isExecutable(Path.of("/usr/bin/strace")), "strace");
    String output = shell(strace + " \"$@\"", line);
    assertTrue(
        output.startsWith(
            "nonroot: warning: the command shares root's terminal and can type into it (TIOCSTI)"),
        output);
    assertTrue(output.endsWith("\nran\n"), output);
  }

  /** In place of gosu, the launcher leaves no_new_privs off, without which there is no filter. */
  @Test
  void inPlaceOfGosuTheTerminalStaysRootsToo() throws Exception {
    String gosu = Scenario.gosu().toString();
    assertEquals("0\n", shell("\"$@\"", gosu, "10001", "stat", "-Lc%u", "/dev/stdin"));
    assertEquals("0\n", shell("exec \"$@\"", gosu, "10001", "stat", "-Lc%u", "/dev/stdin"));
  }

  /** As in {@code docker exec}: nobody but root's process has the terminal. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootGetsNoTerminal(Launcher launcher) throws Exception {
    String user = "exec setpriv --reuid=10002 --clear-groups \"$@\"";
    assertEquals("0\n", shell(user, line(launcher, "stat", "-Lc%u", "/proc/self/fd/0")));
  }
}
