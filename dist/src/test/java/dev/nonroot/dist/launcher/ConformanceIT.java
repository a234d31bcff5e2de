package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who the command is, for every kind of user-spec: what the launchers make of it, and gosu's name,
 * gosu itself, su-exec by its documentation, and setpriv where it claims the same. The table is in
 * {@link ConformanceTable}.
 */
class ConformanceIT {
  private static final String PRINT =
      "echo $(id -u) $(id -g) $(id -G) ${HOME:-none} ${USER-none} ${LOGNAME-none}";

  /** The caller's groups, of which none may be left. */
  private static final List<String> CALLER = List.of("setpriv", "--regid=0", "--groups=0,44");

  @TempDir static Path directory;
  private static Etc etc;

  @BeforeAll
  static void files() throws Exception {
    Etc.required();
    etc = new Etc(directory);
    etc.file("passwd", ConformanceTable.PASSWD);
    etc.file("group", ConformanceTable.GROUP);
  }

  /** What a program makes of it: the ids and variables, or {@code error} and the exit code. */
  private static String outcome(List<String> program, String name) throws Exception {
    List<String> all = new ArrayList<>(etc.caller());
    all.addAll(CALLER);
    all.addAll(program);
    all.addAll(List.of("sh", "-c", PRINT));
    Run.Result result =
        Run.of(all)
            .with("NONROOT_ALLOW_ROOT", "1")
            .with("USER", "caller")
            .with("LOGNAME", "caller")
            .go();
    if (result.exitCode() == 0) {
      assertEquals(List.of(), result.errors(), result.toString());
      return result.stdout().trim().replace(" caller caller", "");
    }
    assertEquals("", result.stdout());
    assertEquals(1, result.errors().size(), result.toString());
    if (!name.equals("setpriv")) {
      String start = name.equals("nonroot") ? "nonroot: error: " : "error: failed switching to ";
      assertTrue(result.errors().get(0).startsWith(start), result.toString());
    }
    return "error " + result.exitCode();
  }

  private static Stream<ConformanceTable.Row> rows() {
    return ConformanceTable.rows();
  }

  private static Stream<Arguments> rowsAndLaunchers() throws IOException {
    List<Launcher> launchers = Launcher.each();
    return rows().flatMap(row -> launchers.stream().map(launcher -> Arguments.of(row, launcher)));
  }

  @ParameterizedTest
  @MethodSource("rowsAndLaunchers")
  void nonroot(ConformanceTable.Row row, Launcher launcher) throws Exception {
    List<String> program = launcher.line("--user=" + row.spec());
    assertEquals(row.nonroot(), outcome(program, "nonroot"), row.reason());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gosusName(ConformanceTable.Row row) throws Exception {
    List<String> program = List.of(Scenario.gosu().toString(), row.spec());
    assertEquals(row.gosusName(), outcome(program, "gosu"), row.reason());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gosu(ConformanceTable.Row row) throws Exception {
    Path gosu = Path.of("/usr/sbin/gosu");
    Root.required(Files.exists(gosu), "gosu");
    List<String> program = List.of(gosu.toString(), row.spec());
    assertEquals(row.gosu(), outcome(program, "gosu"), row.reason());
  }

  /** Not packaged by Debian: its column is what its documentation and source say. */
  @ParameterizedTest
  @MethodSource("rows")
  void suExecsName(ConformanceTable.Row row) throws Exception {
    List<String> program = List.of(Scenario.link("su-exec").toString(), row.spec());
    assertEquals(row.gosusName(), outcome(program, "gosu"));
    if (!row.suExec().equals(row.gosusName())) {
      assertTrue(row.reason().contains("su-exec"), row.spec() + " differs without a reason");
    }
  }

  /** Its options say what one user-spec says; the variables are not its business. */
  @ParameterizedTest
  @MethodSource("setprivs")
  void setpriv(String spec, String options, String expected, String launchers) throws Exception {
    List<String> setpriv = new ArrayList<>(List.of("setpriv"));
    setpriv.addAll(List.of(options.split(" ")));
    assertEquals(expected, ids(outcome(setpriv, "setpriv")));
    List<String> nonroot = Launcher.binary().line("--user=" + spec);
    assertEquals(launchers, ids(outcome(nonroot, "nonroot")));
  }

  private static Stream<Arguments> setprivs() {
    return ConformanceTable.setprivs();
  }

  /** The groups in order, and no variables. */
  private static String ids(String outcome) {
    if (outcome.startsWith("error")) {
      return "error";
    }
    String[] words = outcome.replaceFirst(" /.*| none.*", "").split(" ", -1);
    List<String> groups =
        Stream.of(words).skip(2).sorted((a, b) -> Integer.compare(number(a), number(b))).toList();
    return words[0] + " " + words[1] + " " + String.join(" ", groups);
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }
}
