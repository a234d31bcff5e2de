package dev.nonroot.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.FileMode;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real C library, by calls that change nothing: the others have black-box tests. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the calls are Linux's")
class NativeLibCTest {
  private NativeLibC libC;

  @BeforeEach
  void load() throws IOException {
    libC = new JvmOperatingSystem(TestAccess.INSTANCE).nativeLibC();
  }

  @Test
  void callsAndProcAgreeOnWhoThisThreadIs() throws Exception {
    Credentials byCalls = new PosixCredentials(libC).get();
    String status = Files.readString(Path.of("/proc/thread-self/status"));
    assertTrue(status.contains("\nUid:\t" + byCalls.uid().toString().replace(' ', '\t') + "\n"));
    assertTrue(status.contains("\nGid:\t" + byCalls.gid().toString().replace(' ', '\t') + "\n"));
    assertTrue(status.contains(hex("CapInh", byCalls.capabilities().inheritable())), status);
    assertTrue(status.contains(hex("CapPrm", byCalls.capabilities().permitted())), status);
    assertTrue(status.contains(hex("CapEff", byCalls.capabilities().effective())), status);
    assertTrue(status.contains(hex("CapBnd", byCalls.capabilities().bounding())), status);
    assertTrue(status.contains(hex("CapAmb", byCalls.capabilities().ambient())), status);
    assertTrue(status.contains("\nNoNewPrivs:\t" + (byCalls.noNewPrivs() ? 1 : 0) + "\n"), status);
    assertTrue(status.contains("\nSeccomp:\t" + byCalls.seccomp() + "\n"), status);
  }

  private static String hex(String key, long set) {
    return String.format("\n%s:\t%016x\n", key, set);
  }

  @Test
  void errnoIsTheCallsOwn() {
    assertEquals(-1, libC.chdir("/nonexistent"));
    assertEquals(Errno.ENOENT, libC.errno());
    assertEquals(-1, libC.prctl(-1, 0, 0));
    assertEquals(Errno.EINVAL, libC.errno());
    assertEquals(-1, libC.seccomp(-1, 0, new long[] {0}));
    assertEquals(Errno.EINVAL, libC.errno());
    assertEquals(-1, libC.fcntl(-1, 2, 1));
    assertEquals(9, libC.errno());
  }

  @Test
  void execveThatFailsReturnsWithArgumentsOfAnyBytes() {
    String[] bytes = {"a", "", "\u00ff\u0080", "x y\n"};
    PosixException failure = new Posix(libC).execve("/nonexistent/\u00ff", bytes, bytes);
    assertEquals(Errno.ENOENT, failure.errno());
    assertFalse(new Posix(libC).exists("/nonexistent"));
    assertTrue(new Posix(libC).exists("/proc"));
  }

  @Test
  void limitsAreWhatTheShellSays() throws Exception {
    long[] limits = new long[2];
    assertEquals(0, libC.getrlimit(7, limits));
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(each -> each.startsWith("Max open files"))
            .findAny()
            .orElseThrow();
    String[] words = line.split(" +", -1);
    assertEquals(words[3], Long.toString(limits[0]));
    assertEquals(words[4], Long.toString(limits[1]));
    assertEquals(0, libC.setrlimit(7, limits[0], limits[1]));
    assertEquals(-1, libC.setrlimit(7, 2, 1));
    assertEquals(Errno.EINVAL, libC.errno());
  }

  @Test
  void aTreeIsReadAsTheJvmReadsIt(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("f\u00fc"));
    Files.createLink(directory.resolve("hard"), file);
    Files.createSymbolicLink(directory.resolve("soft"), file);
    byte[] path = (directory + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] itself = {0};
    byte[] soft = {'/', 's', 'o', 'f', 't', 0};
    int fd = libC.openatDirectory(LibC.AT_FDCWD, path, 0);
    assertTrue(fd > 2);
    long[] status = new long[FileMode.STATUS_SIZE];
    assertEquals(0, libC.fstatat(fd, itself, 0, status));
    assertStatus(directory, status);
    assertEquals(0, libC.fstatat(fd, soft, 1, status));
    assertStatus(directory.resolve("soft"), status);
    assertEquals(-1, libC.openatDirectory(fd, soft, 1));
    assertTrue(libC.errno() == Errno.ELOOP || libC.errno() == Errno.ENOTDIR);
    int link = libC.openatPath(fd, soft, 1);
    assertEquals(0, libC.fstatat(link, itself, 0, status));
    assertStatus(directory.resolve("soft"), status);
    assertEquals(0, libC.fchownat(link, itself, 0, -1, -1));
    assertEquals(0, libC.close(link));
    byte[] entries = new byte[4096];
    int size = libC.getdents64(fd, entries);
    String text = new String(entries, 0, size, StandardCharsets.UTF_8);
    for (String name : new String[] {".", "..", "f\u00fc", "hard", "soft"}) {
      assertTrue(text.contains(name + "\0"), text);
    }
    assertEquals(0, libC.getdents64(fd, entries));
    int length = libC.readlink((directory + "/soft\0").getBytes(StandardCharsets.UTF_8), entries);
    assertEquals(file.toString(), new String(entries, 0, length, StandardCharsets.UTF_8));
    assertEquals(-1, libC.readlink(path, entries));
    assertEquals(Errno.EINVAL, libC.errno());
    assertEquals(-1, libC.tcgetsid(fd));
    assertEquals(0, libC.fchmod(fd, 0711));
    assertStatus(directory, updated(fd, status));
    assertEquals(0, libC.close(fd));
    assertEquals(-1, libC.close(fd));
    assertEquals(Errno.EBADF, libC.errno());
  }

  private long[] updated(int fd, long[] status) {
    assertEquals(0, libC.fstatat(fd, new byte[] {0}, 0, status));
    assertEquals(0711, status[LibC.ST_MODE] & 0777);
    return status;
  }

  @Test
  void theTerminalIsThatOfTheSession() throws Exception {
    assertEquals(ProcessHandle.current().pid(), libC.getpid());
    // Behind the name in parentheses: state, parent, process group, session, terminal.
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] words = stat.substring(stat.lastIndexOf(')')).split(" ", -1);
    int fd = libC.openTerminal();
    if (words[5].equals("0")) {
      assertEquals(-1, fd);
      assertEquals(Errno.ENXIO, libC.errno());
    } else {
      assertEquals(words[4], String.valueOf(libC.tcgetsid(fd)));
      assertEquals(0, libC.close(fd));
    }
  }

  /** KEYCTL_GET_KEYRING_ID of KEY_SPEC_SESSION_KEYRING, then an operation that does not exist. */
  @Test
  void keyctlIsCalled() {
    int id = libC.keyctl(0, -3);
    assertTrue(id > 0 || libC.errno() == Errno.EPERM || libC.errno() == Errno.ENOSYS, "" + id);
    assertEquals(-1, libC.keyctl(-1, 0));
  }

  private static void assertStatus(Path file, long[] status) throws IOException {
    Map<String, Object> expected =
        Files.readAttributes(file, "unix:dev,mode,uid,gid,nlink,ctime", LinkOption.NOFOLLOW_LINKS);
    assertEquals(expected.get("dev"), status[LibC.ST_DEV]);
    assertEquals(expected.get("mode"), (int) status[LibC.ST_MODE]);
    assertEquals(expected.get("uid"), (int) status[LibC.ST_UID]);
    assertEquals(expected.get("gid"), (int) status[LibC.ST_GID]);
    assertEquals(expected.get("nlink"), (int) status[LibC.ST_NLINK]);
    FileTime changed = (FileTime) expected.get("ctime");
    assertEquals(changed.to(TimeUnit.NANOSECONDS), status[LibC.ST_CTIME]);
    assertEquals(
        ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue(),
        status[LibC.ST_INO]);
  }

  @Test
  void whatTheLibraryDoesNotHaveIsAnError() throws Exception {
    if (Runtime.version().feature() < 22) {
      NativeCalls calls = new JffiCalls(TestAccess.INSTANCE);
      assertThrows(IOException.class, () -> calls.symbol("no_such_function"));
    }
  }
}
