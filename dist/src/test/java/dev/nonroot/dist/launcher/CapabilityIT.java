package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --cap}. */
class CapabilityIT {

  /** In a network namespace of its own where that can be had: port 80 may be taken here. */
  private static final String BIND =
      "socket(S, 2, 1, 0) or die; bind(S, pack('SnC4x8', 2, 80, 127, 0, 0, 1)) or die qq($!\\n);"
          + " print qq(bound\\n)";

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  private static void assertHolds(String set, Status status) {
    for (String name : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      status.assertIs(name, set);
    }
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theCommandHasTheKeptOneAndNoOther(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "--cap", "NET_BIND_SERVICE", "cat", "/proc/self/status"};
    Status status = new Status(assertRuns(launcher.run(args).go()));
    status.assertIds(10001, 10001, "10001");
    assertHolds("0000000000000400", status);
    status.assertIs("NoNewPrivs", "1");
  }

  @ParameterizedTest
  @CsvSource({"chown, 1", "CAP_CHOWN+net_raw, 2001", "BPF, 8000000000", "'', 0"})
  void names(String names, String set) throws Exception {
    for (Launcher launcher : Launcher.each()) {
      String[] args = {"-u", "1", "--cap", names.replace('+', ','), "--allow-new-privs"};
      Run run = launcher.run(with(args, Status.PRINT));
      assertHolds("0".repeat(16 - set.length()) + set, new Status(assertRuns(run.go())));
    }
  }

  private static String[] with(String[] args, String... command) {
    String[] all = new String[args.length + command.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(command, 0, all, args.length, command.length);
    return all;
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void aLowPortCanBeBound(Launcher launcher) throws Exception {
    List<String> caller = List.of("unshare", "--net", "sh", "-ec", BIND_SETUP, "sh");
    Root.required(Run.of("unshare", "--net", "true").go().exitCode() == 0, "network namespaces");
    String[] user = {"-u", "10001"};
    String[] cap = {"-u", "10001", "--cap", "NET_BIND_SERVICE"};
    Run.Result bound = launcher.under(caller, with(cap, "perl", "-e", BIND)).go();
    assertEquals("bound\n", assertRuns(bound));
    Run.Result denied = launcher.under(caller, with(user, "perl", "-e", BIND)).go();
    assertEquals(List.of("Permission denied"), denied.errors());
  }

  /** Docker sets that to 0, which would let anybody bind; and 127.0.0.1 is not up yet. */
  private static final String BIND_SETUP =
      "echo 1024 >/proc/sys/net/ipv4/ip_unprivileged_port_start; exec \"$@\"";

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatTheCommandStartsHasItToo(Launcher launcher) throws Exception {
    String[] args = {"-u", "10001", "--cap", "KILL", "sh", "-c", "cat /proc/self/status; :"};
    assertHolds("0000000000000020", new Status(assertRuns(launcher.run(args).go())));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void whatTheCallerDoesNotHoldIsAnErrorWithTheWayOut(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--bounding-set=-net_bind_service");
    String[] args = {"--warn-only", "-u", "10001", "--cap", "CHOWN,NET_BIND_SERVICE", "id"};
    assertFails(
        125,
        "cannot keep NET_BIND_SERVICE: not in the permitted and the bounding set of the launcher;"
            + " give it to the container (docker run --cap-add,"
            + " securityContext.capabilities.add), or leave it out of --cap",
        launcher.under(caller, args).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void withoutSetpcapTheBoundingSetStays(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--bounding-set=-setpcap");
    String[] args = {"-u", "10001", "--cap", "NET_RAW"};
    Run run = launcher.under(caller, with(args, Status.PRINT));
    Status status = new Status(assertRuns(run.go()));
    status.assertIs("CapEff", "0000000000002000");
    status.assertIs("CapAmb", "0000000000002000");
    status.assertIs("NoNewPrivs", "1");
    assertTrue(!"0000000000002000".equals(status.get("CapBnd")));
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whoIsNotRootHasWhatHeHas(Launcher launcher) throws Exception {
    List<String> caller = List.of("setpriv", "--reuid=10001", "--clear-groups");
    Run run = launcher.under(caller, with(new String[] {"-u", "1", "--cap", "KILL"}, "id"));
    assertRuns(run.go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void rootCannotBeGotBackByThem(Launcher launcher) throws Exception {
    for (String name : List.of("SETUID", "SETGID")) {
      Run.Result result = launcher.run("-u", "1", "--cap", name, "id").go();
      assertEquals(78, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
    }
  }
}
