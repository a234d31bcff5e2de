package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lib/libnonroot.so does otherwise than the jar: it acts before the JVM has started. */
class LibraryIT {
  /** An account of Debian's that has a name, a home and a group with another number. */
  private static final String USER = "games";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  /** Runs WhoAmI until it says that it is ready, looks at it, and lets it end. */
  private static List<String> whileItRuns(List<String> command, Look look) throws Exception {
    List<String> lines = new ArrayList<>();
    Process process = Run.of(command).start();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream in = process.getOutputStream()) {
      for (String line = ""; !line.equals("ready"); lines.add(line)) {
        line = out.readLine();
        if (line == null) {
          throw new IOException(
              "ended before it was ready: "
                  + new String(
                      process.getErrorStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
      look.at(process.pid());
      in.write('\n');
      in.flush();
      assertEquals(0, process.waitFor());
      assertEquals("", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
    return lines;
  }

  private interface Look {
    void at(long pid) throws Exception;
  }

  /** Of each thread, the lines of its status that start with one of the keys. */
  private static List<Map<String, String>> threads(long pid, Set<String> keys) throws IOException {
    List<Map<String, String>> threads = new ArrayList<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path task : tasks) {
        Map<String, String> thread = new TreeMap<>();
        try {
          for (String line :
              Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
            String[] words = line.split(":", 2);
            if (keys.contains(words[0])) {
              thread.put(words[0], words[1].strip().replaceAll("\\s+", " "));
            }
          }
          threads.add(thread);
        } catch (NoSuchFileException e) {
          // it has ended meanwhile
        }
      }
    }
    return threads;
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void theJvmIsTheUsersAsIfStartedByIt(TestedJvm jvm) throws Exception {
    String none = "0000000000000000";
    int uid = Integer.parseInt(Run.of("id", "-u", USER).go().stdout().strip());
    String gid = Run.of("id", "-g", USER).go().stdout().strip();
    List<String> command = jvm.command("action=drop,user=" + USER, "WhoAmI", "wait");
    List<String> lines =
        whileItRuns(
            command,
            pid -> {
              Set<String> keys =
                  Set.of(
                      "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs");
              List<Map<String, String>> threads = threads(pid, keys);
              assertTrue(threads.size() > 5, threads.toString());
              for (Map<String, String> thread : threads) {
                assertEquals(
                    Map.of(
                        "Uid", uid + " " + uid + " " + uid + " " + uid,
                        "Gid", gid + " " + gid + " " + gid + " " + gid,
                        "Groups", gid,
                        "CapInh", none,
                        "CapPrm", none,
                        "CapEff", none,
                        "CapAmb", none,
                        "NoNewPrivs", "1"),
                    thread);
              }
              Path counters = Path.of("/tmp/hsperfdata_" + USER, String.valueOf(pid));
              assertEquals(uid, Files.getAttribute(counters, "unix:uid"));
              assertFalse(Files.exists(Path.of("/tmp/hsperfdata_root", String.valueOf(pid))));
              // who a dumpable process is, owns its files in /proc
              Path environ = Path.of("/proc", String.valueOf(pid), "environ");
              assertEquals(uid, Files.getAttribute(environ, "unix:uid"));
              List<String> asUser =
                  List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
              List<String> jps = List.of(jvm.tool("jps"));
              List<String> jcmd = List.of(jvm.tool("jcmd"), String.valueOf(pid), "VM.version");
              // left behind by another process, which was killed when it had this id
              Files.deleteIfExists(Path.of("/tmp/.java_pid" + pid));
              for (boolean asRoot : new boolean[] {false, true}) {
                Run.Result listed = Run.of(asRoot ? jps : AgentRefuseIT.concat(asUser, jps)).go();
                assertTrue(listed.stdout().contains(pid + " WhoAmI"), listed.toString());
                Run.Result asked = Run.of(asRoot ? jcmd : AgentRefuseIT.concat(asUser, jcmd)).go();
                assertEquals(0, asked.exitCode(), asked.toString());
                assertTrue(asked.stdout().contains("JDK "), asked.toString());
              }
            });
    assertTrue(lines.contains("user.name=" + USER), lines.toString());
    assertTrue(lines.contains("user.home=/usr/games"), lines.toString());
    assertTrue(lines.contains("environ readable=true"), lines.toString());
  }

  /** The signal masks that threads have, and the process's handlers and timers. */
  private static Set<String> signals(List<String> command) throws Exception {
    Set<String> signals = new TreeSet<>();
    whileItRuns(
        command,
        pid -> {
          for (Map<String, String> thread : threads(pid, Set.of("SigBlk", "SigCgt", "SigIgn"))) {
            signals.add(thread.toString());
          }
          signals.addAll(Files.readAllLines(Path.of("/proc", String.valueOf(pid), "timers")));
        });
    return signals;
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void signalsAndTimersAreAsWithoutIt(TestedJvm jvm) throws Exception {
    Set<String> without = signals(jvm.commandWithoutAgent("WhoAmI", "wait"));
    for (String options : List.of("action=off", "action=drop,user=10001")) {
      assertEquals(without, signals(jvm.command(options, "WhoAmI", "wait")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void whatIsSetByHandStays(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("action=drop,user=10001", "WhoAmI");
    command.add(1, "-Duser.home=/given");
    List<String> out = Run.of(command).go().stdout().lines().toList();
    assertTrue(out.contains("user.home=/given"), out.toString());
    assertTrue(out.contains("user.name=?"), out.toString());
    // and what the JVM sees of a user without an entry is not root's HOME
    command.remove(1);
    String home = Run.of(command).with("HOME", "/root").go().stdout();
    assertTrue(home.contains("user.home=/\n"), home);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void noFileGetsWhatStderrWouldHave(TestedJvm jvm) throws Exception {
    Path log = Open.directory().resolve("jvm-" + jvm.hashCode() + ".log");
    List<String> command = jvm.command("", "Exits", "0");
    // without stdin and stderr the JVM has its class library as descriptor 0, and its log as 2
    command.add(1, "-Xlog:startuptime*,safepoint*,arguments:file=" + log);
    List<String> closed =
        AgentRefuseIT.concat(List.of("sh", "-c", "exec \"$@\" 0<&- 2>&-", "sh"), command);
    Run.Result result = Run.of(closed).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout() + result.stderr());
    assertTrue(Files.exists(log));
    assertFalse(Files.readString(log).contains("nonroot: "), Files.readString(log));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void aJdkBehindALinkIsOneTooAndSoIsOneOfTheShortestPath(TestedJvm jvm) throws Exception {
    Path link = Open.directory().resolve("jdk-" + jvm.hashCode());
    Files.createSymbolicLink(link, jvm.java().getParent().getParent());
    for (List<String> tool :
        List.of(List.of("java", "-version"), List.of("javac", "-version"), List.of("jcmd", "-l"))) {
      String command = link.resolve("bin").resolve(tool.get(0)).toString();
      Run.Result result =
          Run.of(command, tool.get(1)).with("JAVA_TOOL_OPTIONS", jvm.agent("")).go();
      assertEquals(0, result.exitCode(), result.toString());
      assertFalse(result.stderr().contains("nonroot:"), result.toString());
    }
    // the java of another JDK, or a program of another name, is none of them
    Path copy = Files.createTempDirectory(Open.directory(), "bin");
    Files.copy(jvm.java(), copy.resolve("java"));
    Run.Result other =
        Run.of(copy.resolve("java").toString(), "-version")
            .with("JAVA_TOOL_OPTIONS", jvm.agent(""))
            .with("LD_LIBRARY_PATH", jvm.java().getParent().resolveSibling("lib").toString())
            .go();
    assertTrue(other.exitCode() != 0, other.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void optionsOfAnySizeAndOfAnyBytesAreOneLine(TestedJvm jvm) throws Exception {
    String huge = "config=/" + "x".repeat(1 << 20);
    String bytes = "config=/\u00ff\u00fe\u0001\u0080";
    for (String options : List.of(huge, bytes)) {
      Path file = Files.createTempFile(Open.directory(), "arguments", "");
      Files.writeString(file, jvm.agent(options), StandardCharsets.ISO_8859_1);
      Run.Result result =
          Run.of(
                  jvm.java().toString(),
                  "@" + file,
                  "-cp",
                  Open.classes().toString(),
                  "dev.nonroot.dist.app.Exits",
                  "0")
              .go();
      assertEquals(78, result.exitCode());
      assertEquals("", result.stdout());
      assertEquals(1, result.errors().size());
      assertTrue(result.errors().get(0).startsWith("nonroot: error: c"));
      if (options.equals(bytes)) {
        assertTrue(result.stderr().contains("/\u00ff\u00fe\\x01\u0080"), result.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withLibrary")
  void theSmallestStackIsEnough(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("action=drop,user=" + USER, "WhoAmI");
    command.add(1, "-Xss180k");
    Run.Result result = Run.of(command).go();
    assertEquals(0, result.exitCode(), result.toString());
    assertTrue(result.stdout().contains("NoNewPrivs: 1"), result.toString());
  }
}
