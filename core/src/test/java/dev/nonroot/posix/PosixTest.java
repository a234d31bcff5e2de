package dev.nonroot.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Groups;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PosixTest {
  private static final int CALLER = FakeKernel.PID + 1;

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 2);

  private PosixCredentials credentials() throws Exception {
    return new PosixCredentials(kernel.libC());
  }

  private Posix posix() throws Exception {
    return new Posix(kernel.libC());
  }

  private PosixCapabilities capabilities() throws Exception {
    return new PosixCapabilities(kernel.libC());
  }

  @Test
  void everyFailureNamesTheCallItsArgumentsAndTheReason() throws Exception {
    Posix posix = posix();
    PosixCapabilities capabilities = new PosixCapabilities(kernel.libC());
    kernel.faults().fail("", Errno.EPERM);
    Map<String, Executable> calls = new TreeMap<>();
    calls.put("setgroups(0, [])", () -> posix.setgroups(Groups.NONE));
    calls.put("setgroups(1, [0])", () -> posix.setgroups(Groups.of(0)));
    calls.put("setgroups(2, [27,1000])", () -> posix.setgroups(Groups.of(1000, 27)));
    calls.put("setresgid(1001, 1001, 1001)", () -> posix.setresgid(1001));
    calls.put("setresuid(1000, 1000, 1000)", () -> posix.setresuid(1000));
    calls.put("prctl(PR_CAPBSET_DROP, 0)", () -> capabilities.dropFromBoundingSet(1));
    calls.put("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)", () -> capabilities.set(0));
    calls.put("prctl(PR_SET_NO_NEW_PRIVS, 1)", posix::setNoNewPrivs);
    calls.put(
        "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC)", posix::spreadNoNewPrivs);
    calls.put("prctl(PR_SET_DUMPABLE, 1)", () -> posix.setDumpable(true));
    calls.put("chdir(/app)", () -> posix.chdir("/app"));
    calls.put("getresuid()", credentials()::get);
    calls.forEach(
        (call, executable) -> {
          PosixException e = assertThrows(PosixException.class, executable, call);
          assertEquals(call + ": Operation not permitted", e.getMessage());
          assertEquals(Errno.EPERM, e.errno());
        });
    PosixException e = posix.execve("/bin/true", new String[] {"true"}, new String[0]);
    assertEquals("execve(/bin/true): Operation not permitted", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prctl(PR_CAPBSET_DROP, 3)|1|prctl(PR_CAPBSET_DROP, 3): Operation not permitted",
        "prctl(PR_CAPBSET_DROP, 3)|22|prctl(PR_CAPBSET_DROP, 3): Invalid argument",
      })
  void theBoundingSetFailsAtOneCapability(String call, int error, String message) throws Exception {
    kernel.faults().fail(call, error);
    PosixException e =
        assertThrows(
            PosixException.class,
            () -> capabilities().dropFromBoundingSet(Identity.ALL_CAPABILITIES));
    assertEquals(message, e.getMessage());
    assertEquals(error, e.errno());
  }

  @Test
  void theBoundingSetIsEmptied() throws Exception {
    capabilities().dropFromBoundingSet(Identity.ALL_CAPABILITIES);
    assertEquals(0, kernel.credentials(CALLER).capabilities().bounding());
  }

  @Test
  void onlyWhatIsNamedIsDropped() throws Exception {
    capabilities().dropFromBoundingSet(0x21);
    assertEquals(
        Identity.ALL_CAPABILITIES & ~0x21L, kernel.credentials(CALLER).capabilities().bounding());
    assertEquals(
        List.of("prctl(PR_CAPBSET_DROP, 0)", "prctl(PR_CAPBSET_DROP, 5)"), kernel.faults().calls());
  }

  @Test
  void capabilitiesAreClearedOnTheCaller() throws Exception {
    long all = Identity.ALL_CAPABILITIES;
    kernel.become(CALLER, Identity.root().capabilities(new CapabilitySets(all, all, all, all, 7)));
    capabilities().set(0);
    assertEquals(new CapabilitySets(0, 0, 0, all, 0), kernel.credentials(CALLER).capabilities());
  }

  @Test
  void capsetFails() throws Exception {
    kernel.faults().fail("capset", Errno.EPERM);
    PosixException e = assertThrows(PosixException.class, () -> capabilities().set(0));
    assertEquals("capset(0, 0, 0): Operation not permitted", e.getMessage());
  }

  @Test
  void theProcessIsDumpableAgain() throws Exception {
    posix().setresuid(1000);
    assertEquals(0, kernel.libC().dumpable());
    posix().setDumpable(true);
    assertEquals(1, kernel.libC().dumpable());
    posix().setDumpable(false);
    assertEquals(0, kernel.libC().dumpable());
  }

  @Test
  void directoryAndMaskChange() throws Exception {
    kernel.file("/app", FakeFile.directory());
    posix().chdir("/app");
    posix().umask(077);
    assertEquals(077, kernel.libC().umask(022));
    PosixException e = assertThrows(PosixException.class, () -> posix().chdir("/nowhere"));
    assertEquals("chdir(/nowhere): No such file or directory", e.getMessage());
  }

  @Test
  void anotherProgramIsExecuted() {
    kernel.file("/bin/true", FakeFile.of("").owned(0, 0755));
    Executed executed =
        assertThrows(
            Executed.class,
            () -> posix().execve("/bin/true", new String[] {"true"}, new String[] {"A=B"}));
    assertEquals("/bin/true", executed.getMessage());
    assertEquals(List.of("true"), executed.argv());
    assertEquals(List.of("A=B"), executed.envp());
  }

  @Test
  void credentialsAreThoseOfTheCallingThread() throws Exception {
    Identity identity =
        Identity.user(1)
            .uid(1, 2, 3, 2)
            .gid(4, 5, 4294967294L, 5)
            .groups(7, 4294967294L)
            .capabilities(new CapabilitySets(0b10001, 0b11, 0b1, 1L << 40 | 1, 0b10001))
            .noNewPrivs()
            .seccomp(2);
    kernel.become(CALLER, identity);
    assertEquals(identity.credentials(), credentials().get());
    kernel.become(CALLER, Identity.root());
    assertEquals(Identity.root().credentials(), credentials().get());
    kernel.become(CALLER, Identity.user(1000).groups());
    assertEquals(Identity.user(1000).groups().credentials(), credentials().get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "getresuid()",
        "getresgid()",
        "getgroups",
        "capget",
        "prctl(PR_GET_NO_NEW_PRIVS)",
        "prctl(PR_GET_SECCOMP)",
        "prctl(PR_CAPBSET_READ)",
        "prctl(PR_CAP_AMBIENT)"
      })
  void credentialsAreWholeOrNone(String call) throws Exception {
    kernel.faults().fail(call.replace(")", ""), Errno.ENOSYS);
    PosixException e = assertThrows(PosixException.class, credentials()::get);
    assertEquals(call + ": Function not implemented", e.getMessage());
  }

  @Test
  void theSecondCallForTheGroupsMayFailToo() throws Exception {
    kernel.faults().fail("getgroups(1)", Errno.EINVAL);
    PosixException e = assertThrows(PosixException.class, credentials()::get);
    assertEquals("getgroups: Invalid argument", e.getMessage());
  }

  @Test
  void whatAKernelDoesNotKnowIsOff() throws Exception {
    kernel.become(CALLER, Identity.root().noNewPrivs().seccomp(2));
    kernel.faults().fail("prctl", Errno.EINVAL);
    CapabilitySets sets =
        new CapabilitySets(0, Identity.ALL_CAPABILITIES, Identity.ALL_CAPABILITIES, 0, 0);
    assertEquals(Identity.root().capabilities(sets).credentials(), credentials().get());
  }

  @ParameterizedTest
  @CsvSource({
    "1, Operation not permitted",
    "2, No such file or directory",
    "3, No such process",
    "11, Resource temporarily unavailable",
    "12, Cannot allocate memory",
    "13, Permission denied",
    "22, Invalid argument",
    "38, Function not implemented",
    "0, errno 0",
    "-1, errno -1",
    "999, errno 999",
  })
  void errorsHaveTheirText(int errno, String text) {
    assertEquals(text, Errno.text(errno));
    assertEquals("call(1): " + text, new PosixException("call(1)", errno).getMessage());
  }

  @Test
  void execIsDeniedOnEveryThread() throws Exception {
    posix().denyExec();
    for (int tid : kernel.tids()) {
      assertEquals(2, kernel.credentials(tid).seccomp());
      assertTrue(kernel.credentials(tid).noNewPrivs());
    }
    kernel.file("/bin/true", "");
    PosixException e = posix().execve("/bin/true", new String[] {"true"}, new String[0]);
    assertEquals("execve(/bin/true): Permission denied", e.getMessage());
  }

  @Test
  void aKernelWithoutSpecAllowDeniesExecToo() throws Exception {
    kernel.faults().withoutSpecAllow();
    posix().denyExec();
    assertEquals(2, kernel.credentials(FakeKernel.PID).seccomp());
  }

  @Test
  void typingIsDeniedOnEveryThread() throws Exception {
    kernel.become(CALLER, Identity.user(5));
    assertThrows(PosixException.class, () -> posix().denyTyping(), "it needs no_new_privs");
    kernel.become(CALLER, Identity.user(5).noNewPrivs());
    posix().denyTyping();
    for (int tid : kernel.tids()) {
      assertEquals(2, kernel.credentials(tid).seccomp());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS})
  void whereThereIsNoKeyctlThereIsNoKeyringToLeave(int error) throws Exception {
    kernel.faults().fail("keyctl", error);
    posix().joinNewSessionKeyring();
    assertEquals(List.of("keyctl(1, 0)"), kernel.faults().calls());
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EDQUOT, Errno.ENOMEM, Errno.EACCES})
  void aSessionKeyringThatCannotBeLeftIsAnError(int error) {
    kernel.faults().fail("keyctl(1", error);
    PosixException e = assertThrows(PosixException.class, () -> posix().joinNewSessionKeyring());
    assertEquals("keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL): " + Errno.text(error), e.getMessage());
  }

  @Test
  void whereNoKeyringMayBeAskedForThereIsNoneToLeave() throws Exception {
    kernel.faults().fail("keyctl", Errno.EACCES);
    posix().joinNewSessionKeyring();
    assertEquals(List.of("keyctl(1, 0)", "keyctl(0, -3)"), kernel.faults().calls());
  }

  @Test
  void aKeyringThatIsNoneIsNoticed() {
    kernel.faults().lie("keyctl", CALLER);
    PosixException e = assertThrows(PosixException.class, () -> posix().joinNewSessionKeyring());
    assertEquals("keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL): it gives no keyring", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "prctl, 'prctl(PR_SET_NO_NEW_PRIVS, 1): Function not implemented'",
    "seccomp, 'seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC): Function not implemented'",
    "execve, execve() behind the filter of seccomp: Function not implemented"
  })
  void whatCannotDenyExecFails(String call, String message) {
    kernel.faults().fail(call, Errno.ENOSYS);
    PosixException e = assertThrows(PosixException.class, () -> posix().denyExec());
    assertEquals(message, e.getMessage());
  }

  @Test
  void aThreadWithItsOwnFilterKeepsExecFromBeingDenied() {
    kernel.faults().giveOwnFilter(CALLER);
    assertThrows(PosixException.class, () -> posix().denyExec());
  }

  @Test
  void aFilterThatIsNotThereIsNoticed() {
    for (int tid : kernel.tids()) {
      kernel.faults().lie("seccomp", tid);
    }
    PosixException e = assertThrows(PosixException.class, () -> posix().denyExec());
    assertEquals(
        "execve() behind the filter of seccomp: No such file or directory", e.getMessage());
  }
}
