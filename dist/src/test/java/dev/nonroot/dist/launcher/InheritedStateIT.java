package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static dev.nonroot.dist.launcher.Launcher.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nonroot.dist.CLibrary;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Signals, limits and descriptors: the command has what it would have if the caller had executed it
 * without the launcher.
 */
class InheritedStateIT {
  private static final String JARS = "dev.nonroot.dist.launcher.Launcher#jars";
  private static final String OPEN_FILES = "Max open files";
  private static final String CORE = "coredump_filter";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  /** What the caller makes of a command by itself. */
  private static String without(List<String> caller, String... command) throws Exception {
    List<String> all = new ArrayList<>(caller);
    all.addAll(List.of(command));
    return assertRuns(Run.of(all).go());
  }

  private static String with(Launcher launcher, List<String> caller, String... command)
      throws Exception {
    List<String> options = new ArrayList<>(List.of("-u", "10001", "--"));
    options.addAll(List.of(command));
    return assertRuns(launcher.under(caller, options.toArray(new String[0])).go());
  }

  private static void assertSame(Launcher launcher, List<String> caller, String... command)
      throws Exception {
    assertEquals(without(caller, command), with(launcher, caller, command));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theSignalMaskIsTheCallers(Launcher launcher) throws Exception {
    String[] print = {"grep", "SigBlk", "/proc/self/status"};
    assertSame(launcher, List.of("env", "--block-signal=USR1,QUIT,CHLD,RTMIN,RTMAX"), print);
    assertSame(launcher, List.of("env", "--default-signal"), print);
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void whatTheCallerIgnoresStaysIgnored(Launcher launcher) throws Exception {
    // A JVM without -Xrs, and which nobody tells, puts its own handlers in the place of the others.
    // CHLD is not among them: dash and newer java(1) reset it.
    String more = launcher.kind() == Launcher.Kind.JAR ? "" : ",QUIT,PIPE,USR2,XFSZ,RTMAX";
    List<String> caller =
        List.of("env", "--default-signal", "--ignore-signal=HUP,INT,TERM,USR1,TSTP" + more);
    assertEquals(
        ignored(without(caller, Status.PRINT)), ignored(with(launcher, caller, Status.PRINT)));
  }

  /** But for the two that glibc keeps to itself; posix_spawn(3) ignores them. */
  private static String ignored(String status) {
    long set = Long.parseUnsignedLong(new Status(status).get("SigIgn"), 16);
    return Long.toHexString(set & ~(1L << 31 | 1L << 32));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void limitsMaskAndDirectoryAreTheCallers(Launcher launcher) throws Exception {
    List<String> caller =
        shell(
            "echo 0x21 >/proc/$$/coredump_filter\n"
                + "ulimit -S -n 512; ulimit -S -c 0; ulimit -S -s 4096; umask 027; cd /usr/lib");
    String script = "cat /proc/self/limits; umask; pwd; nice";
    String[] print = {"sh", "-c", script + "; echo " + CORE + " $(cat /proc/self/" + CORE + ")"};
    String expected = without(caller, print);
    String actual = with(launcher, caller, print);
    if (launcher.kind() != Launcher.Kind.JAR) {
      assertEquals(expected, actual);
    } else {
      assertEquals(but(CORE, but(OPEN_FILES, expected)), but(CORE, but(OPEN_FILES, actual)));
      // what a JVM does to them; with the script's flags it does not
      assertNotEquals(line(OPEN_FILES, expected), line(OPEN_FILES, actual));
      assertNotEquals(line(CORE, expected), line(CORE, actual));
    }
  }

  private static String line(String start, String text) {
    return text.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static String but(String start, String text) {
    return text.replace(line(start, text) + "\n", "");
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void noDescriptorIsTheJvms(Launcher launcher) throws Exception {
    assertSame(launcher, List.of("env"), "ls", "/proc/self/fd");
    assertEquals(
        without(List.of("env"), "ls", "/proc/self/fd"),
        with(launcher, shell("exec 7</etc/passwd 9>/dev/null"), "ls", "/proc/self/fd"));
  }

  @Test
  void theNativeLauncherHandsOnEveryDescriptor() throws Exception {
    List<String> caller =
        shell("exec 3</etc/group 7</etc/passwd 9>/dev/null; export LISTEN_FDS=1 LISTEN_PID=$$");
    assertSame(Launcher.binary(), caller, "ls", "/proc/self/fd");
    assertSame(Launcher.binary(), caller, "sh", "-c", "cat <&3; cat <&7");
  }

  /** Also those that a JVM, or glibc, keeps to itself. */
  @Test
  void theNativeLauncherHandsOnEverySignal() throws Exception {
    String[] print = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"};
    for (String ignored : List.of("CHLD", "PIPE,SEGV,PROF", "RTMIN,RTMAX")) {
      List<String> caller =
          List.of("env", "--default-signal", "--ignore-signal=" + ignored, "--block-signal");
      assertSame(Launcher.binary(), caller, print);
    }
  }

  /** The JVM has it open as well, but not always. */
  @ParameterizedTest
  @MethodSource(JARS)
  void aFileOfTheJvmsDirectoryCanBeStdin(Launcher launcher) throws Exception {
    String release = launcher.java().getParent().resolveSibling("release").toString();
    assertSame(launcher, List.of("sh", "-c", "exec \"$@\" <" + release, "sh"), "cat");
  }

  /** Compiler threads open and close files of the cgroup at any time. */
  @ParameterizedTest
  @MethodSource(JARS)
  void aDescriptorMayBeClosedMeanwhile(Launcher launcher) throws Exception {
    List<String> strace =
        List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=fcntl:error=EBADF:when=8");
    assertEquals("10001\n", with(launcher, strace, "id", "-u"));
  }

  static Stream<Arguments> closed() throws IOException {
    List<Launcher> launchers = new ArrayList<>(Launcher.jars());
    launchers.add(Launcher.binary());
    return launchers.stream()
        .flatMap(
            launcher ->
                Stream.of(
                    Arguments.of(launcher, "0<&-", "ls /proc/self/fd"),
                    Arguments.of(launcher, "1>&-", "ls /proc/$$/fd >&2; :"),
                    Arguments.of(launcher, "2>&-", "ls /proc/$$/fd; :")));
  }

  /** Else the command would read a jar as its stdin. */
  @ParameterizedTest
  @MethodSource("closed")
  void whatIsClosedStaysClosed(Launcher launcher, String closing, String print) throws Exception {
    List<String> caller = List.of("sh", "-c", "exec \"$@\" " + closing, "sh");
    List<String> direct = new ArrayList<>(caller);
    direct.addAll(List.of("sh", "-c", print));
    Run.Result expected = Run.of(direct).go();
    Run.Result actual = launcher.under(caller, "-u", "10001", "sh", "-c", print).go();
    assertEquals(expected.stdout() + expected.stderr(), actual.stdout() + actual.stderr());
    assertEquals(expected.exitCode(), actual.exitCode());
  }

  @ParameterizedTest
  @CsvSource({
    // LISTEN_FDS, LISTEN_PID, what the command has
    "1, $$, 0 1 2 3 4",
    "2, $$, 0 1 2 3 4 5",
    "3, $$, 0 1 2 3 4 5",
    "2, 1, 0 1 2 3",
    "x, $$, 0 1 2 3",
    "-1, $$, 0 1 2 3",
    "99999999999, $$, 0 1 2 3",
  })
  void listeningDescriptorsAreHandedOn(String fds, String pid, String expected) throws Exception {
    String script = "export LISTEN_FDS=" + fds + " LISTEN_PID=" + pid + "\nexec 3</ 4</usr";
    String actual = with(Launcher.jar(), shell(script), "ls", "/proc/self/fd");
    // one of those listed is that of ls
    assertEquals(expected, actual.trim().replace('\n', ' '));
  }

  @ParameterizedTest
  @MethodSource(JARS)
  void listeningDescriptorsAreTheSameFiles(Launcher launcher) throws Exception {
    String script = "export LISTEN_FDS=2 LISTEN_PID=$$; exec 3</etc/group 4</etc/passwd";
    String print = "echo $LISTEN_PID $$; cat <&3; cat <&4";
    String[] lines = with(launcher, shell(script), "sh", "-c", print).split("\n", 2);
    String[] pids = lines[0].split(" ", 2);
    assertEquals(pids[0], pids[1]);
    assertEquals(without(List.of("cat"), "/etc/group", "/etc/passwd"), lines[1]);
  }

  /** Until the last moment, so that looking for what has to be closed would never be enough. */
  @ParameterizedTest
  @MethodSource(JARS)
  void whatThreadsOfTheJvmOpenMeanwhileIsNotHandedOn(Launcher launcher) throws Exception {
    List<String> caller = List.of("env", "LD_PRELOAD=" + CLibrary.of("opens"));
    assertSame(launcher, caller, "ls", "/proc/self/fd");
  }

  /** Before Linux 5.9, and where seccomp(2) denies what it does not know. */
  @ParameterizedTest
  @ValueSource(strings = {"ENOSYS", "EINVAL", "EPERM"})
  void withoutCloseRangeDescriptorsAreClosedOneByOne(String error) throws Exception {
    List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
    strace.addAll(List.of("-e", "inject=close_range:error=" + error));
    assertSame(Launcher.jar(), strace, "ls", "/proc/self/fd");
  }

  /** As many as there can be: 0, 1 and 2 must not fall out at the other end. */
  @Test
  void noNumberOfListeningDescriptorsClosesStdin() throws Exception {
    String script = "export LISTEN_FDS=2147483647 LISTEN_PID=$$";
    List<String> caller = new ArrayList<>(shell(script));
    Run run = Launcher.jar().under(caller, "-u", "10001", "cat").stdin(new byte[] {'t', 'x'});
    assertEquals("tx", assertRuns(run.go()));
  }

  /** A link of somebody else's in /tmp must not choose what root deletes. */
  @Test
  void noFileThatALinkLeadsToIsRemoved() throws Exception {
    Etc.required();
    String script =
        """
        mount -t tmpfs none /mnt
        cp -r "$0" /mnt/nonroot
        mount -t tmpfs none /tmp
        mkdir /tmp/victim
        ln -s victim /tmp/hsperfdata_root
        touch /tmp/victim/$$
        exec "$@" /mnt/nonroot/nonroot-launcher.jar exec -u 10001 ls /tmp/victim
        """;
    String java = Tree.javas().get(0).toString();
    List<String> line =
        List.of("unshare", "-m", "sh", "-ec", script, Tree.root().toString(), java, "-jar");
    Run.Result result = Run.of(line).go();
    assertEquals(result.pid() + "\n", result.stdout(), result.toString());
  }
}
