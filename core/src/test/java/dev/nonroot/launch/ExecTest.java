package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finding the command, and what its failure is called. */
class ExecTest {
  private static final FakeFile PROGRAM = FakeFile.of("").owned(0, 0755);

  private final FakeKernel kernel = new FakeKernel(Identity.user(1000), 1);

  private LaunchException run(String path, String... command) throws Exception {
    List<String> variables =
        path == null ? List.of("A=\u00ff") : List.of("PATH=" + path, "A=\u00ff");
    return new Exec(kernel.libC(), List.of(command), new Environment(variables)).run();
  }

  private Executed executed(String path, String... command) {
    return assertThrows(Executed.class, () -> run(path, command));
  }

  @Test
  void theFirstInPathIsExecuted() {
    kernel.file("/b/cmd", PROGRAM);
    kernel.file("/c/cmd", PROGRAM);
    Executed executed = executed("/a:/b:/c", "cmd", "-x", "\u00ff");
    assertEquals("/b/cmd", executed.getMessage());
    assertEquals(List.of("cmd", "-x", "\u00ff"), executed.argv());
    assertEquals(List.of("PATH=/a:/b:/c", "A=\u00ff"), executed.envp());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "/a:/b|/a/cmd|/a/cmd",
        "/a::/b|cmd|cmd", // an empty part is the working directory
        "/a:|cmd|cmd",
        "''|cmd|cmd",
        "-|/bin/cmd|/bin/cmd",
        "-|/usr/bin/cmd|/usr/bin/cmd",
      })
  void whereItIsFound(String path, String file, String expected) {
    kernel.file(file, PROGRAM);
    assertEquals(expected, executed(path, "cmd").getMessage());
  }

  @Test
  void aNameWithASlashIsNotSearched() throws Exception {
    kernel.file("/bin/./cmd", PROGRAM);
    kernel.file("./cmd", PROGRAM);
    assertEquals("./cmd", executed("/bin", "./cmd").getMessage());
    LaunchFixture.assertIs(
        127, "cannot run 'x/cmd': No such file or directory", run("/bin", "x/cmd"));
  }

  @Test
  void aScriptWithoutItsInterpreterIsNotMissing() throws Exception {
    kernel.file("/b/cmd", PROGRAM);
    kernel.faults().fail("execve(/b/cmd)", Errno.ENOENT);
    String message =
        "cannot run '/b/cmd': No such file or directory: the file is there, but not the interpreter"
            + " that its first line names (#!; with a carriage return behind it?), or its dynamic"
            + " linker";
    LaunchFixture.assertIs(127, message, run("/a:/b:/c", "cmd"));
    LaunchFixture.assertIs(127, message, run("/a", "/b/cmd"));
    kernel.file("/c/cmd", PROGRAM);
    assertEquals("/c/cmd", executed("/a:/b:/c", "cmd").getMessage());
  }

  @Test
  void whatIsNotFoundIs127() throws Exception {
    LaunchFixture.assertIs(127, "cannot run 'cmd': not found in PATH", run("/a:/b", "cmd"));
    LaunchFixture.assertIs(127, "cannot run 'cmd': not found in PATH", run(null, "cmd"));
    LaunchFixture.assertIs(127, "cannot run '/cmd': No such file or directory", run("", "/cmd"));
    LaunchFixture.assertIs(127, "cannot run '': No such file or directory", run("/a", ""));
    kernel.faults().fail("execve(/a/", Errno.ENOTDIR);
    LaunchFixture.assertIs(127, "cannot run 'cmd': not found in PATH", run("/a:/b", "cmd"));
  }

  @ParameterizedTest
  @CsvSource({
    "13, 'Permission denied: the interpreter that its first line names (#!), or its dynamic linker,"
        + " may not be executed'",
    "8, Exec format error",
    "26, Text file busy",
    "7, Argument list too long",
    "12, Cannot allocate memory",
  })
  void whatCannotBeExecutedIs126(int errno, String reason) throws Exception {
    kernel.file("/b/cmd", PROGRAM);
    kernel.faults().fail("execve(/b/cmd)", errno);
    LaunchFixture.assertIs(126, "cannot run '/b/cmd': " + reason, run("/a:/b:/c", "cmd"));
    LaunchFixture.assertIs(126, "cannot run '/b/cmd': " + reason, run("/a", "/b/cmd"));
  }

  @Test
  void whatMayNotBeExecutedIsPassedOver() throws Exception {
    kernel.file("/a/cmd", FakeFile.of(""));
    kernel.faults().fail("access(/a/cmd, 1)", Errno.EACCES);
    kernel.faults().fail("fstatat(", Errno.EACCES);
    LaunchFixture.assertIs(126, "cannot run '/a/cmd': Permission denied", run("/a:/b", "cmd"));
    kernel.file("/b/cmd", PROGRAM);
    assertEquals("/b/cmd", executed("/a:/b", "cmd").getMessage());
  }

  @Test
  void aDirectoryThatCannotBeSearchedDoesNotHaveIt() throws Exception {
    kernel.faults().fail("execve(/root/", Errno.EACCES);
    kernel.faults().fail("access(/root/", Errno.EACCES);
    LaunchFixture.assertIs(
        127,
        "cannot run 'cmd': not found in PATH; it may be in '/root/jdk/bin', but uid 1000 may not"
            + " search '/root' (chmod o+x)",
        run("/root/jdk/bin:/b", "cmd"));
    LaunchFixture.assertIs(
        126,
        "cannot run '/root/cmd': Permission denied: uid 1000 may not search '/root' (chmod o+x)",
        run("/b", "/root/cmd"));
  }

  @Test
  void fileCapabilitiesThatWereDroppedAreNamed() throws Exception {
    kernel.file("/b/cmd", PROGRAM);
    kernel.faults().fail("execve(/b/cmd)", Errno.EPERM);
    LaunchFixture.assertIs(126, "cannot run '/b/cmd': Operation not permitted", run("/b", "cmd"));
    byte[] value = new byte[20];
    value[0] = 1; // VFS_CAP_FLAGS_EFFECTIVE
    value[3] = 2; // VFS_CAP_REVISION_2
    value[5] = 0x24; // 10 and 13
    value[12] = (byte) 0x80; // 39
    kernel.tree().setCapabilities("/b/cmd", value);
    LaunchFixture.assertIs(
        126,
        "cannot run '/b/cmd': Operation not permitted: it has file capabilities"
            + " (NET_BIND_SERVICE,NET_RAW,BPF) that are not in the bounding set: keep them with"
            + " --cap NET_BIND_SERVICE,NET_RAW,BPF, or take them off with setcap -r",
        run("/b", "cmd"));
  }

  @Test
  void tooManyProcessesIsSaidOfTheCommand() throws Exception {
    kernel.faults().fail("execve(", Errno.EAGAIN);
    LaunchFixture.assertIs(
        126,
        "cannot run 'cmd': Resource temporarily unavailable: uid 1000 has more processes than"
            + " RLIMIT_NPROC allows, in all containers together; raise it (docker run --ulimit"
            + " nproc), or use a uid of its own",
        run("/a:/b", "cmd"));
  }
}
