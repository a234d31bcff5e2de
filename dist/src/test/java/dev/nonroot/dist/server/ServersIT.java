package dev.nonroot.dist.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Unmodified servers on ports 80 and 443, with a keystore that is root's alone: root with the agent
 * until they have their ports and their key, and then an ordinary user who serves on.
 */
class ServersIT {
  private static final String STEPPED_DOWN =
      "Uid: 10001 10001 10001 10001; Gid: 10001 10001 10001 10001; Groups: 10001;"
          + " CapInh: 0000000000000000; CapPrm: 0000000000000000; CapEff: 0000000000000000;"
          + " CapAmb: 0000000000000000; NoNewPrivs: 1; ";

  /** Where the intruder comes from is a matter of the source's lines. */
  private static final String INTRUDER =
      "nonroot: refused: this JVM tried to start a process: id; by dev.nonroot.dist.app.Pages";

  private static Path keystore;

  @BeforeAll
  static void makeKeystore() throws Exception {
    Root.required();
    keystore = Open.directory().resolve("server.p12");
    Run.Result result =
        Run.of(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storepass",
                "changeit",
                "-keystore",
                keystore.toString())
            .go();
    assertEquals(0, result.exitCode(), result.toString());
    Files.setPosixFilePermissions(keystore, PosixFilePermissions.fromString("rw-------"));
  }

  /** All of them on one Java; on others one of each kind of socket. */
  static List<Arguments> servers() throws Exception {
    List<Arguments> servers = new ArrayList<>();
    for (Path java : Tree.javas()) {
      for (Server server :
          servers.isEmpty()
              ? EnumSet.allOf(Server.class)
              : EnumSet.of(Server.TOMCAT, Server.NETTY_EPOLL, Server.JDK)) {
        servers.add(Arguments.of(server, java));
      }
    }
    return servers;
  }

  @ParameterizedTest
  @MethodSource("servers")
  @Execution(ExecutionMode.CONCURRENT)
  void servesOnAsAnOrdinaryUser(Server server, Path java) throws Exception {
    Path directory = Files.createTempDirectory(Open.directory(), server.name());
    List<String> command = server.command(java, directory, keystore);
    assertEquals(0, Run.of("chown", "-R", "10001:10001", directory.toString()).go().exitCode());
    String options =
        "action=drop,user=10001,spawn=deny,drop-deadline=2m,drop-after=" + server.trigger();
    try (RunningServer running = RunningServer.start(command, options, directory)) {
      running.awaitPorts();
      assertServes(running, server);
      assertEquals(
          List.of(INTRUDER, INTRUDER),
          running
              .log()
              .lines()
              .filter(line -> line.startsWith("nonroot: "))
              .map(line -> line.substring(0, Math.min(line.length(), INTRUDER.length())))
              .toList());
      running.stop();
    }
  }

  private static void assertServes(RunningServer running, Server server) throws Exception {
    List<String> load =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Open.classes().toString(),
                "dev.nonroot.dist.app.Load",
                keystore.toString(),
                keystore.toString()));
    load.addAll(server.otherOnPort80());
    Process client = running.client(load).start();
    try (BufferedReader out = client.inputReader();
        BufferedReader err = client.errorReader()) {
      assertIntruderFails(out, () -> errors(err, running));
      assertEquals(Set.of(STEPPED_DOWN), running.threads().keySet(), "under load");
      assertEquals("4160 answers", out.readLine(), () -> errors(err, running));
      assertIntruderFails(out, () -> errors(err, running));
      assertEquals(Set.of(STEPPED_DOWN), running.threads().keySet(), "afterwards");
      assertFalse(running.openFiles().contains(keystore), "a descriptor could be read again");
    } finally {
      client.destroyForcibly();
    }
  }

  private static void assertIntruderFails(BufferedReader out, Supplier<String> message)
      throws Exception {
    assertEquals("Uid: 10001 10001 10001 10001", out.readLine(), message);
    assertEquals("java.nio.file.AccessDeniedException: " + keystore, out.readLine());
    String spawned = String.valueOf(out.readLine());
    assertTrue(
        spawned.endsWith("nonroot: refused: this JVM must not start processes (spawn=deny)"),
        spawned);
  }

  private static String errors(BufferedReader client, RunningServer server) {
    return client.lines().collect(Collectors.joining("\n")) + "\n" + server;
  }
}
