package dev.nonroot.fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import dev.nonroot.text.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fake has to be as strict as the kernel, or the tests that lean on it prove nothing. */
class FakeKernelTest {
  private static final int CALLER = FakeKernel.PID + 1;
  private static final int OTHER = FakeKernel.PID + 2;

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 3);

  private FakeLibC libC() throws IOException {
    return kernel.libC();
  }

  @Test
  void setIdCallsReachEveryThread() throws Exception {
    assertEquals(0, libC().setgroups(new int[] {5}));
    assertEquals(0, libC().setresgid(7, 7, 7));
    assertEquals(0, libC().setresuid(7, 7, 7));
    for (int tid : kernel.tids()) {
      Credentials now = kernel.credentials(tid);
      assertEquals(new Ids(7, 7, 7, 7), now.uid());
      assertEquals(new Ids(7, 7, 7, 7), now.gid());
      assertEquals(Groups.of(5), now.groups());
      assertEquals(0, now.capabilities().held());
    }
    assertEquals(0, libC().dumpable());
  }

  @Test
  void onlyTheEffectiveSetGoesWhileAnotherUidIsStillRoot() throws Exception {
    assertEquals(0, libC().setresuid(-1, 7, -1));
    assertEquals(0, kernel.credentials(CALLER).capabilities().effective());
    assertEquals(Identity.ALL_CAPABILITIES, kernel.credentials(CALLER).capabilities().permitted());
    assertEquals(0, libC().setuid(0));
    assertEquals(Identity.ALL_CAPABILITIES, kernel.credentials(CALLER).capabilities().effective());
  }

  @Test
  void capabilitiesOfWhoWasNeverRootStay() throws Exception {
    kernel.become(CALLER, Identity.user(5).permittedAndEffective(Identity.ALL_CAPABILITIES));
    assertEquals(0, libC().setresuid(7, 7, 7));
    assertEquals(Identity.ALL_CAPABILITIES, kernel.credentials(CALLER).capabilities().held());
  }

  @Test
  void withoutCapabilitiesIdsCanOnlyBeSwapped() throws Exception {
    for (int tid : kernel.tids()) {
      kernel.become(tid, Identity.user(5).uid(5, 6, 7, 6).gid(5, 6, 7, 6));
    }
    assertFails(Errno.EPERM, libC().setresuid(-1, 0, -1));
    assertFails(Errno.EPERM, libC().setuid(0));
    assertFails(Errno.EPERM, libC().setuid(6));
    assertFails(Errno.EPERM, libC().setresgid(0, 0, 0));
    assertFails(Errno.EPERM, libC().setgid(0));
    assertFails(Errno.EPERM, libC().setgroups(new int[0]));
    assertEquals(0, libC().setresuid(7, 5, 6));
    assertEquals(new Ids(7, 5, 6, 5), kernel.credentials(CALLER).uid());
    assertEquals(0, libC().setgid(7));
    assertEquals(new Ids(5, 7, 7, 7), kernel.credentials(CALLER).gid());
  }

  private void assertFails(int errno, int result) throws IOException {
    assertEquals(-1, result);
    assertEquals(errno, libC().errno());
  }

  @Test
  void aUserNamespaceLimitsTheIds() throws Exception {
    kernel.uidMap(0, 100000, 1000);
    kernel.gidMap(0, 100000, 1000);
    assertFails(Errno.EINVAL, libC().setresuid(1000, 1000, 1000));
    assertFails(Errno.EINVAL, libC().setuid(-1));
    assertFails(Errno.EINVAL, libC().setresgid(999, 1000, 999));
    assertFails(Errno.EINVAL, libC().setgroups(new int[] {1, 1000}));
    assertEquals(0, libC().setresuid(999, -1, 999));
    kernel.denySetgroups();
    assertFails(Errno.EPERM, libC().setgroups(new int[0]));
  }

  @Test
  void prctlAndCapsetReachTheCallerAlone() throws Exception {
    assertEquals(0, libC().prctl(38, 1, 0));
    assertEquals(0, libC().prctl(24, Capability.SETUID, 0));
    assertEquals(0, libC().capset(0, 0, 0));
    assertEquals(true, kernel.credentials(CALLER).noNewPrivs());
    assertEquals(false, kernel.credentials(OTHER).noNewPrivs());
    assertEquals(0, kernel.credentials(CALLER).capabilities().held());
    assertEquals(Identity.ALL_CAPABILITIES, kernel.credentials(OTHER).capabilities().held());
    assertEquals(0, libC().prctl(23, Capability.SETUID, 0));
    assertFails(Errno.EPERM, libC().prctl(24, 0, 0));
    assertFails(Errno.EINVAL, libC().prctl(23, 41, 0));
    assertFails(Errno.EPERM, libC().capset(1, 1, 0));
  }

  @Test
  void ambientIsAtMostWhatIsPermittedAndInheritable() throws Exception {
    kernel.become(CALLER, Identity.root().capabilities(new CapabilitySets(1, 3, 3, 3, 0)));
    assertEquals(0, libC().prctl(47, 2, 0));
    assertFails(Errno.EPERM, libC().prctl(47, 2, 1));
    assertEquals(1, kernel.credentials(CALLER).capabilities().ambient());
    assertEquals(0, libC().capset(3, 3, 0));
    assertEquals(0, kernel.credentials(CALLER).capabilities().ambient());
  }

  @Test
  void aFilterNeedsNoNewPrivsAndSpreadsIt() throws Exception {
    kernel.become(CALLER, Identity.user(5));
    assertFails(Errno.EACCES, libC().seccomp(1, 1, new long[] {6}));
    assertEquals(0, libC().prctl(38, 1, 0));
    kernel.faults().giveOwnFilter(OTHER);
    assertEquals(OTHER, libC().seccomp(1, 1, new long[] {6}));
    assertEquals(0, kernel.credentials(CALLER).seccomp());
    kernel.faults().withoutSpecAllow();
    assertFails(Errno.EINVAL, libC().seccomp(1, 5, new long[] {6}));
  }

  @Test
  void aSpreadFilterReachesEveryThread() throws Exception {
    assertEquals(0, libC().prctl(38, 1, 0));
    assertEquals(0, libC().seccomp(1, 5, new long[] {6}));
    for (int tid : kernel.tids()) {
      assertEquals(true, kernel.credentials(tid).noNewPrivs());
      assertEquals(2, kernel.credentials(tid).seccomp());
    }
  }

  @Test
  void execDoesNotReturn() throws Exception {
    kernel.file("/bin/true", FakeFile.of("").owned(0, 0755));
    kernel.file("/etc/passwd", "");
    String[] none = {};
    assertFails(Errno.ENOENT, libC().execve("/bin/false", none, none));
    assertFails(Errno.EACCES, libC().execve("/etc/passwd", none, none));
    Executed executed =
        assertThrows(
            Executed.class,
            () -> libC().execve("/bin/true", new String[] {"true"}, new String[] {"A=B"}));
    assertEquals(List.of("true"), executed.argv());
    assertEquals(List.of("A=B"), executed.envp());
  }

  @Test
  void statusHasTheLinesOfTheRealOneInTheirOrder() throws Exception {
    Path real = Path.of("/proc/self/status");
    assumeTrue(Files.exists(real));
    List<String> realKeys = keys(Files.readString(real));
    List<String> fakeKeys;
    try (InputStream in = kernel.open("/proc/self/status")) {
      fakeKeys = keys(Bytes.toString(in.readAllBytes()));
    }
    realKeys.retainAll(fakeKeys);
    fakeKeys.retainAll(realKeys); // an older kernel has fewer
    assertEquals(realKeys, fakeKeys);
    assertEquals(true, realKeys.contains("CapEff"));
  }

  private static List<String> keys(String status) {
    List<String> keys = new ArrayList<>();
    status.lines().forEach(line -> keys.add(line.substring(0, line.indexOf(':'))));
    return keys;
  }
}
