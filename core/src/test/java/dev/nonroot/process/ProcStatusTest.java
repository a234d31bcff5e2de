package dev.nonroot.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.posix.Errno;
import dev.nonroot.text.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatusTest {
  /** Taken from a container that Docker started; Linux 6.1. */
  private static final String REAL =
      """
      Name:	java
      Umask:	0022
      State:	S (sleeping)
      Tgid:	7
      Ngid:	0
      Pid:	7
      PPid:	1
      TracerPid:	0
      Uid:	1000	1001	1002	1003
      Gid:	2000	2001	2002	2003
      FDSize:	256
      Groups:	4 24 27 4294967294\s
      NStgid:	7
      NSpid:	7
      VmPeak:	 5014484 kB
      Threads:	21
      SigQ:	0/96365
      SigPnd:	0000000000000000
      CapInh:	0000000000000001
      CapPrm:	00000000a80425fb
      CapEff:	0000000000000400
      CapBnd:	000001fFFfffffff
      CapAmb:	8000000000000000
      NoNewPrivs:	1
      Seccomp:	2
      Seccomp_filters:	1
      Speculation_Store_Bypass:	vulnerable
      Mems_allowed_list:	0
      nonvoluntary_ctxt_switches:	1
      """;

  private static Credentials parse(String text) throws IdentityException {
    return ProcStatus.parse(Bytes.of(text)).credentials();
  }

  private static void assertBroken(String message, String text) {
    IdentityException e = assertThrows(IdentityException.class, () -> parse(text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void readsEveryField() throws Exception {
    assertEquals(
        new Credentials(
            new Ids(1000, 1001, 1002, 1003),
            new Ids(2000, 2001, 2002, 2003),
            Groups.of(4, 24, 27, 4294967294L),
            new CapabilitySets(1, 0xa80425fbL, 0x400, 0x1ffffffffffL, Long.MIN_VALUE),
            true,
            2),
        parse(REAL));
  }

  @Test
  void readsTheStatusOfThisVeryProcess() throws Exception {
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeTrue(Files.exists(status));
    Credentials credentials = ProcStatus.parse(Files.readAllBytes(status)).credentials();
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assertEquals(((Integer) uid).longValue(), credentials.uid().effective());
  }

  @Test
  void aStatusIsCompleteWithoutAnAmbientSetThatCouldHoldNothing() throws Exception {
    assertTrue(isComplete(REAL));
    assertFalse(isComplete(without("NoNewPrivs")));
    assertFalse(isComplete(without("Seccomp")));
    assertFalse(isComplete(without("CapAmb")));
    assertTrue(isComplete(without("CapAmb").replace("a80425fb", "a80425fa")));
  }

  private static boolean isComplete(String text) throws IdentityException {
    return ProcStatus.parse(Bytes.of(text)).isComplete();
  }

  /** The calling thread is root with every capability, and has a filter. */
  @Test
  void whatAKernelDoesNotWriteIsAskedOfSystemCalls() throws Exception {
    Identity identity = Identity.root().inheritable(0xff).noNewPrivs().seccomp(2);
    FakeKernel kernel = new FakeKernel(identity, 3);
    kernel.hideLines("CapAmb", "NoNewPrivs", "Seccomp");
    Proc proc = new Proc(kernel);
    assertEquals(identity.credentials(), proc.credentials());
    assertEquals(identity.credentials(), proc.callingThread());
    assertEquals(Map.of(), proc.threadsOtherThan(proc.credentials()));
    CapabilitySets ambient = new CapabilitySets(7, 7, 7, 7, 5);
    Identity keeping = Identity.user(5).capabilities(ambient);
    FakeKernel other = new FakeKernel(keeping, 1);
    other.hideLines("CapAmb");
    assertEquals(keeping.credentials(), new Proc(other).credentials());
  }

  @Test
  void whereTheKernelDoesNotKnowTheQuestionThereIsNone() throws Exception {
    Identity identity = Identity.root().inheritable(0xff);
    FakeKernel kernel = new FakeKernel(identity, 1);
    kernel.hideLines("CapAmb", "NoNewPrivs", "Seccomp");
    kernel.faults().fail("prctl", Errno.EINVAL);
    assertEquals(identity.credentials(), new Proc(kernel).credentials());
  }

  @Test
  void withoutSystemCallsTheWorstIsTaken() throws Exception {
    FakeKernel kernel = new FakeKernel(Identity.user(5).noNewPrivs().seccomp(2), 1);
    kernel.hideLines("CapAmb", "NoNewPrivs", "Seccomp");
    kernel.noNativeAccess("no calls");
    assertEquals(Identity.user(5).credentials(), new Proc(kernel).credentials());
    FakeKernel failing = new FakeKernel(Identity.user(5).noNewPrivs().seccomp(2), 1);
    failing.hideLines("NoNewPrivs");
    failing.faults().fail("prctl", Errno.EPERM);
    assertFalse(new Proc(failing).credentials().noNewPrivs());
  }

  @Test
  void anAmbientSetThatNobodyTellsIsNoAnswer() {
    FakeKernel kernel = new FakeKernel(Identity.root().inheritable(1), 1);
    kernel.hideLines("CapAmb");
    kernel.noNativeAccess("no calls");
    IdentityException e =
        assertThrows(IdentityException.class, () -> new Proc(kernel).credentials());
    assertEquals(
        "/proc/self/status: it has no line CapAmb:, and no system call says more: no calls",
        e.getMessage());
  }

  private static String without(String key) {
    return replaceLine(key, null);
  }

  /** Puts another line, or none, in place of the one with that key. */
  private static String replaceLine(String key, String line) {
    StringBuilder text = new StringBuilder();
    REAL.lines()
        .map(each -> each.startsWith(key + ":") ? line : each)
        .filter(each -> each != null)
        .forEach(each -> text.append(each).append('\n'));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd"})
  void whatEveryKernelWritesMustBeThere(String key) {
    assertBroken("it has no line " + key + ":", without(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Uid",
        "Gid",
        "Groups",
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "CapAmb",
        "NoNewPrivs",
        "Seccomp"
      })
  void nothingMayBeThereTwice(String key) {
    String line = REAL.lines().filter(each -> each.startsWith(key + ":")).findFirst().orElseThrow();
    assertBroken("it has two lines " + key + ":", REAL + line + "\n");
    assertBroken("it has two lines " + key + ":", line + "\n" + REAL);
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Uid,Uid:\t1000\t1000\t1000",
        "Uid,Uid:\t1000\t1000\t1000\t1000\t1000",
        "Uid,Uid:",
        "Uid,Uid:\t",
        "Uid,Uid:\t1000\t1000\t-1\t1000",
        "Uid,Uid:\t1000\t1000\t+1\t1000",
        "Uid,Uid:\t1000\t1000\t0x1\t1000",
        "Uid,Uid:\t1000\t1000\t4294967295\t1000",
        "Uid,Uid:\t1000\t1000\t4294967296\t1000",
        "Uid,Uid:\t1000\t1000\t18446744073709551616\t1000",
        "Uid,Uid:\t1000\t1000\t1000\t1000\r",
        "Uid,Uid:\t1000\u00001000\t1000\t1000",
        "Gid,Gid:\t1\t2\t3",
        "Gid,Gid:\t1\t2\t3\tx",
        "Groups,Groups:\t1 2 x ",
        "Groups,Groups:\t1 -2 ",
        "Groups,Groups:\t1 4294967295 ",
        "CapInh,CapInh:\t",
        "CapPrm,CapPrm:\t000001ffffffff",
        "CapEff,CapEff:\t0000000000000000 0",
        "CapEff,CapEff:\t0x00000000000000",
        "CapEff,CapEff:\t00000000000000000",
        "CapEff,CapEff:\t000000000000000g",
        "CapBnd,CapBnd:\t-000000000000000",
        "CapAmb,CapAmb:\t",
        "NoNewPrivs,NoNewPrivs:\t",
        "NoNewPrivs,NoNewPrivs:\t1 1",
        "NoNewPrivs,NoNewPrivs:\tyes",
        "Seccomp,Seccomp:\t",
        "Seccomp,Seccomp:\t2 1",
        "Seccomp,Seccomp:\ttwo",
      })
  void aMalformedLineIsNoAnswer(String key, String line) {
    assertBroken("its line " + key + ": is malformed", replaceLine(key, line));
  }

  @Test
  void aKeyCountsOnlyAtTheStartOfItsLine() throws Exception {
    String text = REAL + "XUid:\t0\t0\t0\t0\n Uid:\t0\t0\t0\t0\nuid:\t0\nSeccomp_mode:\t0\n";
    assertEquals(parse(REAL), parse(text.replace("Name:\tjava", "Name:\tUid:\\n0 Uid: 0")));
  }

  @Test
  void atEveryPlaceWhereTheTextMayBreakOffItIsNoAnswer() {
    int end = REAL.indexOf("\n", REAL.indexOf("CapBnd:"));
    for (int length = 0; length <= end; length++) {
      String text = REAL.substring(0, length);
      assertThrows(IdentityException.class, () -> parse(text), text);
    }
  }

  @Test
  void noTextIsNoAnswer() {
    assertBroken("it has no line Uid:", "");
    assertBroken("it has no line Uid:", "\n\n");
  }

  @Test
  void groupsMayBeNoneOrThousands() throws Exception {
    assertEquals(Groups.NONE, parse(replaceLine("Groups", "Groups:\t ")).groups());
    assertEquals(Groups.NONE, parse(replaceLine("Groups", "Groups:")).groups());
    StringBuilder line = new StringBuilder("Groups:\t");
    long[] gids = new long[65536];
    for (int i = 0; i < gids.length; i++) {
      gids[i] = 4_000_000_000L + i;
      line.append(gids[i]).append(' ');
    }
    assertEquals(Groups.of(gids), parse(replaceLine("Groups", line.toString())).groups());
  }

  @Test
  void theLargestIdIsNotMinusOne() throws Exception {
    String line = "Uid:\t4294967294\t4294967294\t4294967294\t4294967294";
    assertEquals(4294967294L, parse(replaceLine("Uid", line)).uid().min());
  }

  @Test
  void whatTheFakeKernelWritesIsReadBack() throws Exception {
    for (Identity identity :
        new Identity[] {
          Identity.root(),
          Identity.user(4294967294L).noNewPrivs().seccomp(2).groups(),
          Identity.user(5).groups(0, 6, 7).inheritable(3).uid(1, 2, 3, 4).gid(5, 6, 7, 8)
        }) {
      Credentials credentials = identity.credentials();
      FakeKernel kernel = new FakeKernel(identity, 1);
      assertEquals(credentials, new Proc(kernel).credentials());
    }
  }
}
