package dev.nonroot.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import dev.nonroot.text.Bytes;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcTest {
  private static final String STATUS = "/proc/self/status";
  private static final String TID = "101";

  private final FakeKernel kernel = new FakeKernel(Identity.user(1000), 3);
  private final Proc proc = new Proc(kernel);

  private void assertUnknown(String message) {
    IdentityException e = assertThrows(IdentityException.class, proc::credentials);
    assertEquals(message, e.getMessage());
  }

  @Test
  void readsTheStatus() throws Exception {
    assertEquals(Identity.user(1000).credentials(), proc.credentials());
    assertEquals(0, kernel.faults().calls().size());
  }

  @Test
  void readsTheStatusInWhateverPiecesItComes() throws Exception {
    byte[] text;
    try (InputStream in = kernel.open(STATUS)) {
      text = in.readAllBytes();
    }
    kernel.file(
        STATUS,
        FakeFile.of(
            () ->
                new FilterInputStream(new ByteArrayInputStream(text)) {
                  @Override
                  public int read(byte[] bytes, int offset, int length) throws IOException {
                    return super.read(bytes, offset, Math.min(length, 7));
                  }
                }));
    assertEquals(Identity.user(1000).credentials(), proc.credentials());
  }

  @Test
  void aStatusOfManyGroupsIsReadWhole() throws Exception {
    long[] gids = new long[20_000];
    for (int i = 0; i < gids.length; i++) {
      gids[i] = 4_000_000_000L + i;
    }
    kernel.become(FakeKernel.PID, Identity.user(1000).groups(gids));
    assertEquals(Groups.of(gids), proc.credentials().groups());
  }

  @Test
  void anEndlessStatusIsNoAnswer() {
    kernel.file(STATUS, FakeFile.of("x\n".repeat(1 << 19)));
    assertUnknown(STATUS + ": File too large");
  }

  @Test
  void aStatusThatCannotBeReadIsNoAnswer() {
    kernel.file(STATUS, FakeFile.unreadable("Permission denied"));
    assertUnknown(STATUS + ": Permission denied");
    kernel.file(STATUS, FakeFile.failing("Input/output error"));
    assertUnknown(STATUS + ": Input/output error");
    kernel.file(STATUS, "");
    assertUnknown(STATUS + ": it has no line Uid:");
    assertEquals(0, kernel.faults().calls().size());
  }

  @Test
  void withoutProcSystemCallsAreAsked() throws Exception {
    Identity caller = Identity.user(1001).groups(4, 5).inheritable(3).noNewPrivs().seccomp(2);
    kernel.become(FakeKernel.PID + 1, caller);
    kernel.noProc();
    assertEquals(caller.credentials(), proc.credentials());
  }

  @Test
  void withoutProcAndSystemCallsNothingIsKnown() {
    kernel.noProc();
    kernel.noNativeAccess("jffi cannot be loaded");
    assertUnknown("there is no /proc/self/status and no system call: jffi cannot be loaded");
  }

  @Test
  void withoutProcAFailingSystemCallIsNoAnswer() {
    kernel.noProc();
    kernel.faults().fail("getresgid", Errno.ENOSYS);
    assertUnknown(
        "there is no /proc/self/status and no system call: getresgid(): Function not implemented");
  }

  @Test
  void whatIsNotOnProcIsNoAnswer() {
    kernel.foreign(STATUS);
    assertUnknown(STATUS + ": Is not on a proc file system");
  }

  @Test
  void systemCallsThatCostNothingConfirmTheStatus() throws Exception {
    kernel.callsAreFree();
    assertEquals(Identity.user(1000).credentials(), proc.credentials());
    assertEquals(List.of("getresuid()", "getresgid()"), kernel.faults().calls());
    kernel.file(STATUS, statusOf(Identity.user(999)));
    assertUnknown(
        STATUS
            + ": getresuid(): it answers the calling thread 1000 1000 1000, and the file shows"
            + " 999 999 999 999");
    kernel.file(STATUS, statusOf(Identity.user(1000).gid(7)));
    assertUnknown(
        STATUS
            + ": getresgid(): it answers the calling thread 1000 1000 1000, and the file shows"
            + " 7 7 7 7");
  }

  @Test
  void aCallThatFailsConfirmsNothing() {
    kernel.callsAreFree();
    for (String call : List.of("getresgid()", "getresuid()")) {
      kernel.faults().fail(call, Errno.ENOSYS);
      assertUnknown(STATUS + ": " + call + ": Function not implemented");
    }
  }

  private static String statusOf(Identity identity) throws IOException {
    try (InputStream in = new FakeKernel(identity, 1).open(STATUS)) {
      return Bytes.toString(in.readAllBytes());
    }
  }

  private String doubt(Identity identity) throws Exception {
    kernel.become(FakeKernel.PID, identity);
    kernel.become(FakeKernel.PID + 1, identity);
    return proc.doubt(proc.credentials().uid());
  }

  @Test
  void aUidThatTheMapLacksIsDoubtfulWhateverTheOverflowUidIs() throws Exception {
    assertNull(doubt(Identity.user(65_534)));
    kernel.uidMap(0, 0, 65_534);
    assertNull(doubt(Identity.user(65_533)));
    assertEquals(
        "uid 65534 stands for any that its user namespace does not map, root's for one",
        doubt(Identity.user(65_534)));
    kernel.overflowUid(65_000);
    assertNotNull(doubt(Identity.user(65_534)));
    kernel.uidMap(0, 0, 10);
    assertNotNull(doubt(Identity.user(65_000)));
    assertNull(doubt(Identity.root()));
  }

  @Test
  void withoutAMapTheOverflowUidAloneIsDoubtful() throws Exception {
    kernel.file("/proc/self/uid_map", "");
    assertNull(doubt(Identity.user(1000)));
    assertNotNull(doubt(Identity.user(65_534)));
    kernel.overflowUid(1000);
    assertNotNull(doubt(Identity.user(1000)));
    assertNull(doubt(Identity.user(65_534)));
    kernel.file("/proc/self/uid_map", FakeFile.unreadable("Permission denied"));
    assertNull(doubt(Identity.user(65_534)));
    assertNotNull(doubt(Identity.user(1000)));
    kernel.file("/proc/sys/kernel/overflowuid", FakeFile.missing());
    assertNotNull(doubt(Identity.user(65_534)));
  }

  @Test
  void aKernelWithoutUserNamespacesHasNoMap() throws Exception {
    kernel.file("/proc/self/uid_map", FakeFile.missing());
    assertNull(doubt(Identity.user(65_534)));
    assertNull(doubt(Identity.user(1000)));
  }

  @Test
  void withoutProcTheOverflowUidIsDoubtful() throws Exception {
    kernel.noProc();
    assertNull(doubt(Identity.user(1000)));
    assertEquals(
        "uid 65534 stands for any that its user namespace does not map, root's for one, and there"
            + " is no /proc/self/uid_map to tell",
        doubt(Identity.user(65_534)));
  }

  @Test
  void findsThreadsThatAreSomebodyElse() throws Exception {
    Credentials own = proc.credentials();
    assertEquals(Map.of(), proc.threadsOtherThan(own));
    kernel.become(FakeKernel.PID + 2, Identity.root());
    assertEquals(Map.of("102", Identity.root().credentials()), proc.threadsOtherThan(own));
    kernel.endOnOpen(FakeKernel.PID + 2);
    assertEquals(Map.of(), proc.threadsOtherThan(own));
    kernel.unlistable("Permission denied");
    assertThrows(IdentityException.class, () -> proc.threadsOtherThan(own));
    kernel.noProc();
    assertEquals(Map.of(), proc.threadsOtherThan(proc.credentials()));
  }

  @Test
  void readsThreads() throws Exception {
    kernel.become(FakeKernel.PID + 1, Identity.root());
    assertEquals(3, proc.threads().length);
    assertEquals(Identity.root().credentials(), proc.thread(TID));
    assertEquals(Identity.user(1000).credentials(), proc.thread("102"));
    assertEquals(Identity.root().credentials(), proc.callingThread());
  }

  @Test
  void aThreadThatHasEndedHasNoCredentials() throws Exception {
    kernel.endOnOpen(FakeKernel.PID + 1);
    kernel.endOnRead(FakeKernel.PID + 2);
    assertNull(proc.thread(TID));
    assertNull(proc.thread("102"));
    assertNull(proc.thread("999"));
  }

  @Test
  void aThreadThatIsStillListedHasNotEnded() {
    String path = "/proc/self/task/101/status";
    kernel.file(path, FakeFile.unreadable("Permission denied"));
    assertThreadUnknown(path + ": Permission denied");
    kernel.file(path, FakeFile.failing("No such process"));
    assertThreadUnknown(path + ": No such process");
    kernel.file(path, FakeFile.missing());
    assertThreadUnknown(path + ": No such file or directory");
    kernel.file(path, "Uid:\t0\t0\t0\t0\n");
    assertThreadUnknown(path + ": it has no line Gid:");
  }

  @Test
  void whereThreadsCannotBeListedNoneHasEnded() {
    kernel.endOnRead(FakeKernel.PID + 1);
    kernel.unlistable("Permission denied");
    assertThreadUnknown("/proc/self/task/101/status: No such process");
  }

  private void assertThreadUnknown(String message) {
    IdentityException e = assertThrows(IdentityException.class, () -> proc.thread(TID));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "'0 0 4294967295', false",
    "'0 100000 65536', true",
    "'0 1000 1', true",
    "'1 100000 65536', false",
    "'0 1000 1\n1 100000 65536', true",
    "'1 100000 65536\n0 1000 1', true",
    "'0 0 1\n1 100000 65536', false",
    "'', false",
    "'0 1000', false",
    "'0 1000 1 1', false",
    "'a b c', false",
    "'0 -1 1', false",
    "'0 4294967296 1', false",
  })
  void rootIsUnprivilegedOutsideOnlyIfTheMapSaysSo(String map, boolean unprivileged) {
    kernel.file("/proc/self/uid_map", map + "\n");
    assertEquals(unprivileged, proc.rootIsUnprivilegedOutside());
  }

  @Test
  void rootIsRootWhereTheMapCannotBeRead() {
    kernel.uidMap(0, 100000, 65536);
    assertTrue(proc.rootIsUnprivilegedOutside());
    kernel.file("/proc/self/uid_map", FakeFile.unreadable("Permission denied"));
    assertFalse(proc.rootIsUnprivilegedOutside());
    kernel.file("/proc/self/uid_map", FakeFile.missing());
    assertFalse(proc.rootIsUnprivilegedOutside());
  }

  @Test
  void mapsIdsToThoseOutside() {
    IdMap map = IdMap.parse("         0       1000          1\n         5     100000         10\n");
    assertEquals(1000, map.outside(0));
    assertEquals(-1, map.outside(1));
    assertEquals(-1, map.outside(4));
    assertEquals(100000, map.outside(5));
    assertEquals(100009, map.outside(14));
    assertEquals(-1, map.outside(15));
    assertEquals(4294967294L, IdMap.parse("0 0 4294967295").outside(4294967294L));
  }

  @Test
  void saysWhetherSetgroupsIsDenied() {
    assertFalse(proc.deniesSetgroups());
    kernel.denySetgroups();
    assertTrue(proc.deniesSetgroups());
    kernel.file("/proc/self/setgroups", FakeFile.missing());
    assertFalse(proc.deniesSetgroups());
  }
}
