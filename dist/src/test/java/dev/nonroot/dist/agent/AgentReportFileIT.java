package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.CLibrary;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A report file that is somebody else's keeps no JVM waiting. */
class AgentReportFileIT {
  /** The kernel would let it wait for /proc/sys/fs/lease-break-time, 45 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private static String report(TestedJvm jvm, Path tree, Path file) throws Exception {
    List<String> command =
        List.of(
            jvm.java().toString(),
            TestedJvm.SHORT_LIFE,
            jvm.agent(tree, "report-file=" + file),
            "-cp",
            Open.classes().toString(),
            "dev.nonroot.dist.app.Exits",
            "0");
    Run.Result result = AgentRun.asUser(command).timeout(PATIENCE).go();
    assertEquals(0, result.exitCode(), result.toString());
    assertEquals(1, result.errors().size(), result.toString());
    String start = "nonroot: warning: cannot append to report-file " + file + ": ";
    assertTrue(result.errors().get(0).startsWith(start), result.toString());
    return result.errors().get(0).substring(start.length());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aLeaseOnItIsNotWaitedFor(TestedJvm jvm) throws Exception {
    Root.required();
    Path file = Open.file("leased-" + jvm.hashCode(), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertEquals(0, Run.of("chown", "10002", file.toString()).go().exitCode());
    Process lease =
        AgentRun.asUser(10002, List.of(CLibrary.program("lease").toString(), file.toString()))
            .start();
    try (BufferedReader out = lease.inputReader()) {
      assertEquals("held", out.readLine());
      assertEquals("Resource temporarily unavailable", report(jvm, Open.tree(), file));
      if (jvm.isJar()) {
        Path alone = Files.createTempDirectory(Open.directory(), "alone");
        Files.setPosixFilePermissions(alone, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(Open.agentJar(), alone.resolve("nonroot-agent.jar"));
        assertEquals("It cannot be opened within 1 s", report(jvm, alone, file));
      }
    } finally {
      lease.destroyForcibly();
    }
  }
}
