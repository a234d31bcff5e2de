package dev.nonroot.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.Credentials;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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
    Credentials byCalls = new Posix(libC).credentials();
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
  void whatTheLibraryDoesNotHaveIsAnError() throws Exception {
    if (Runtime.version().feature() < 22) {
      NativeCalls calls = new JffiCalls(null);
      assertThrows(IOException.class, () -> calls.symbol("no_such_function"));
    }
  }
}
