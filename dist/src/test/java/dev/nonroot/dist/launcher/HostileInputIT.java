package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static dev.nonroot.dist.launcher.Launcher.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers that give the native launcher much, little, or odd things: arguments, limits, streams.
 */
class HostileInputIT {
  /** What perl executes in place of itself: the words of a list that perl makes. */
  private static final String EXEC = "exec {$ARGV[0]} @ARGV, %s or die";

  /**
   * Prints the length and a checksum of all arguments, by /proc: not by what perl makes of them.
   */
  private static final String SUM =
      "open(F, '</proc/self/cmdline'); local $/; $_ = <F>; s/^.*?\\0--\\0//s;"
          + " print length, ' ', unpack('%%32C*', $_), ' ', tr/\\0//";

  private static Launcher launcher;

  @BeforeAll
  static void needs() throws Exception {
    Root.required();
    Root.required(RawExec.isAvailable(), "perl");
    launcher = Launcher.binary();
  }

  private static Run.Result withArguments(String made, boolean direct) throws Exception {
    List<String> line = new ArrayList<>(List.of("perl", "-e", EXEC.formatted(made)));
    if (!direct) {
      line.addAll(launcher.line("-u", "10001", "--"));
    }
    line.addAll(List.of("/usr/bin/perl", "-e", SUM, "--"));
    return Run.of(line).go();
  }

  /** Up to what the kernel allows: 2 MB by a stack of 8 MB, 128 KiB each. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "('x' x 131071)",
        "('x' x 131071) x 8",
        "('x' x 100000) x 15",
        "map { \"argument $_\" } 1 .. 10000",
        "('') x 150000",
        "map { pack('C*', map { 1 + int(rand(255)) } 1 .. 100) } (srand(%d), 1 .. 1000)",
      })
  void manyAndLongArguments(String made) throws Exception {
    String same = made.replace("%d", "42");
    assertEquals(assertRuns(withArguments(same, true)), assertRuns(withArguments(same, false)));
  }

  @Test
  void manyArgumentsWhileItSearches() throws Exception {
    String script = EXEC.formatted("('x' x 100000) x 15");
    List<String> line = new ArrayList<>(List.of("perl", "-e", script));
    line.addAll(launcher.line("-u", "10001", "--rlimit", "core=0", "true"));
    String path = "/1:/2:/3:/4:/5:/6:/7:/8:/9:/usr/bin";
    assertRuns(Run.of(line).with("PATH", path).go());
  }

  @Test
  void manyVariables() throws Exception {
    String script = "$ENV{\"variable_$_\"} = $_ for 1 .. 10000; exec @ARGV";
    List<String> line = new ArrayList<>(List.of("perl", "-e", script));
    line.addAll(launcher.line("-u", "10001", "env"));
    assertEquals(10_000, assertRuns(Run.of(line).go()).lines().filter(this::isOne).count());
  }

  private boolean isOne(String line) {
    return line.matches("variable_(\\d+)=\\1");
  }

  @Test
  void noName() throws Exception {
    String binary = launcher.prefix().get(0);
    for (String argv : List.of("''", "'-'", "'/'", "'gosu/'")) {
      String script = "exec {'" + binary + "'} " + argv + ", '-u', '10001', 'id', '-u'";
      assertEquals("10001\n", assertRuns(Run.of("perl", "-e", script).go()), argv);
    }
  }

  /** The kernel makes one empty argument of it, since 5.18. */
  @Test
  void noArgumentsAtAll() throws Exception {
    String number = System.getProperty("os.arch").equals("amd64") ? "59" : "221";
    String script =
        "my $none = pack('J', 0); my $file = $ARGV[0]; syscall("
            + number
            + ", $file, $none, $none)";
    Run.Result result = Run.of("perl", "-e", script, launcher.prefix().get(0)).go();
    assertFails(78, "Missing COMMAND; see nonroot --help", result);
  }

  @ParameterizedTest
  @CsvSource({"0<&-", "1>&-", "2>&-", "0<&- 1>&-", "0<&- 1>&- 2>&-", "1>&- 2>&-"})
  void closedStreams(String closing) throws Exception {
    List<String> caller = shell("exec " + closing);
    String print =
        "my @open = map { readlink(qq(/proc/self/fd/$_)) =~ s/\\d+//gr } 0 .. 9;"
            + " open(F, '>', $ARGV[0]); print F qq(@open)";
    Path seen = Open.directory().resolve("seen");
    List<String> command = List.of("perl", "-e", print, seen.toString());
    List<String> direct = new ArrayList<>(caller);
    direct.addAll(command);
    Files.writeString(seen, "");
    Run.of(direct).go();
    String expected = Files.readString(seen);
    assertFalse(expected.isBlank());
    Files.writeString(seen, "");
    Files.setAttribute(seen, "unix:uid", 10001);
    List<String> args = new ArrayList<>(List.of("-u", "10001", "--"));
    args.addAll(command);
    launcher.under(caller, args.toArray(new String[0])).go();
    assertEquals(expected, Files.readString(seen), closing);
  }

  /** The first files that it opens get those numbers; none of them is written to. */
  @Test
  void noMessageEndsUpInAFile(@TempDir Path directory) throws Exception {
    Path data = Files.writeString(directory.resolve("data"), "as it is");
    List<String> caller = shell("exec 0<&- 1>&- 2>&-");
    for (String option : List.of("--bogus", "--chdir=/no")) {
      Run.Result result =
          launcher.under(caller, "-u", "10001", "--own", data.toString(), option, "id").go();
      assertEquals(option.equals("--bogus") ? 78 : 125, result.exitCode(), result.toString());
      assertEquals("as it is", Files.readString(data));
    }
  }

  @Test
  void aClosedPipe() throws Exception {
    String script = "open(STDERR, '|-', 'true'); sleep 1; $SIG{PIPE} = 'IGNORE'; exec @ARGV or die";
    List<String> line = new ArrayList<>(List.of("perl", "-e", script));
    line.addAll(launcher.line("-u", "10001", "/no/such"));
    assertEquals(127, Run.of(line).go().exitCode());
  }

  /** More than what it has without asking for memory. */
  private static final String LARGE = "x".repeat(100_000);

  /** Of what the limits leave no room for: an end with one line, or none if it cannot be said. */
  @ParameterizedTest
  @CsvSource({
    "ulimit -v 5000, out of memory",
    "ulimit -v 10000, out of memory",
    "ulimit -v 65000, out of memory",
    "ulimit -v 66000, out of memory",
    "ulimit -d 2000, out of memory",
    "ulimit -n 3, cannot read /etc/nonroot/nonroot.properties: Too many open files",
    "ulimit -n 0, cannot read /etc/nonroot/nonroot.properties: Too many open files",
  })
  void limitsThatAreTooLow(String limit, String message) throws Exception {
    Run.Result result = launcher.under(shell(limit), "-u", "10001", "id", LARGE).go();
    assertFails(message.startsWith("out") ? 125 : 78, message, result);
  }

  /** Every value around what it takes: no crash in between. */
  @Test
  void anyLimitOfMemory() throws Exception {
    for (int size = 65_000; size < 70_000; size += 100) {
      Run.Result result =
          launcher.under(shell("ulimit -v " + size), "-u", "10001", "/no/such", LARGE).go();
      assertTrue(List.of(125, 127).contains(result.exitCode()), size + ": " + result);
      assertEquals(1, result.errors().size(), result.toString());
    }
  }

  /**
   * Where what it has is used up a little later each time, in the middle of the step-down too: it
   * gets to its end, or says that it did not.
   */
  @Test
  void memoryEndsAnywhere() throws Exception {
    List<String> caller = new ArrayList<>(List.of("env", "-i")); // which takes of it as well
    caller.addAll(shell("ulimit -v 5000"));
    Set<Integer> exitCodes = new HashSet<>();
    for (int length = 8_000; length < 20_000; length += 97) {
      Run.Result result =
          launcher.under(caller, "-u", "10001", "/no/such", "x".repeat(length)).go();
      String end = result.exitCode() == 127 ? "cannot run '/no/such': " : "out of memory";
      assertEquals(1, result.errors().size(), result.toString());
      assertTrue(result.errors().get(0).startsWith("nonroot: error: " + end), result.toString());
      exitCodes.add(result.exitCode());
    }
    assertEquals(Set.of(125, 127), exitCodes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ulimit -s 64", "ulimit -v 60000", "ulimit -f 0", "ulimit -u 0", "ulimit -l 0"})
  void limitsThatItCanLiveWith(String limit) throws Exception {
    Root.required(Files.exists(Path.of("/bin/bash")), "bash");
    List<String> caller = List.of("bash", "-ec", limit + "; exec \"$@\"", "bash");
    // of whom no other process runs, as the limit of processes is one of the user's
    assertEquals("10077\n", assertRuns(launcher.under(caller, "-u", "10077", "id", "-u").go()));
  }

  static Stream<String> paths() {
    return Stream.of(
        "", ":", "::/usr/bin", "/no:/etc/passwd:/usr/bin", "/root:/usr/bin", "/usr/bin:");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void pathsWithOddElements(String path) throws Exception {
    Run run = launcher.run("-u", "10001", "id", "-u").with("PATH", path).in(Path.of("/usr/bin"));
    // an empty element is the working directory
    assertEquals("10001\n", assertRuns(run.go()), path);
  }

  @Test
  void pathsWithoutTheCommand(@TempDir Path directory) throws Exception {
    Files.setAttribute(directory, "unix:mode", 0755);
    Files.writeString(directory.resolve("id"), "no program");
    Run none = launcher.run("-u", "10001", "id").with("PATH", "/no:/dev");
    assertFails(127, "cannot run 'id': not found in PATH", none.go());
    Run denied = launcher.run("-u", "10001", "id").with("PATH", directory + "");
    String start = "cannot run '" + directory;
    assertFails(
        126,
        start + "/id': Permission denied: it has no execute permission (chmod a+x)",
        denied.go());
    Files.createDirectory(directory.resolve("directory"));
    Run isDirectory = launcher.run("-u", "10001", "directory").with("PATH", directory + "");
    assertFails(126, start + "/directory': Permission denied: it is a directory", isDirectory.go());
    assertEquals(
        "10001\n", assertRuns(launcher.run("-u", "10001", "id", "-u").with("PATH", null).go()));
  }

  @Test
  void theSetUserIdBitOnItself(@TempDir Path directory) throws Exception {
    Files.setAttribute(directory, "unix:mode", 0755);
    Path copy = Files.copy(Path.of(launcher.prefix().get(0)), directory.resolve("nonroot"));
    for (int mode : new int[] {04755, 02755, 06755}) {
      Files.setAttribute(copy, "unix:mode", mode);
      Run.Result result =
          Run.of("setpriv", "--reuid=7", "--regid=7", "--clear-groups", copy + "", "-u", "1", "id")
              .go();
      Launcher.assertFails(
          125,
          "started set-user-ID or set-group-ID, which would give root to any caller: take the bit"
              + " off with chmod ug-s",
          result);
    }
  }
}
