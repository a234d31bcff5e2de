package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that are made for a user. */
class NewDirectoryTest extends ProvisionFixture {
  private static final String MADE = "5:6 1";

  private void make(String... paths) throws Exception {
    make(USER, 0750, paths);
  }

  private void make(Account user, int mode, String... paths) throws Exception {
    List<NewDirectory> wanted = new ArrayList<>();
    for (String path : paths) {
      wanted.add(new NewDirectory(path, mode));
    }
    Provision provision = provision(user);
    provision.make(wanted);
    provision.tell();
    assertNothingIsLeft(run);
    assertEquals(0, kernel.tree().open(), "every descriptor is closed");
  }

  private void assertFails(String reason, String path) {
    assertSays("--mkdir " + path + ": " + reason, () -> make(path));
    assertNothingIsLeft(run);
    boolean keeps = reason.startsWith("close(");
    assertEquals(keeps ? 1 : 0, kernel.tree().open(), "every descriptor is closed");
  }

  private static void assertIs(String ownership, String permissions, FakeNode node) {
    assertEquals(ownership, node.ownership());
    assertEquals(permissions, node.permissions());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/run/app", "run/app", "/run/app/", "//run//app//", "/run/./app", "./run/app"})
  void whatIsNotThereIsMade(String path) throws Exception {
    make(path);
    assertIs(MADE, "750", run.get("app"));
    assertEquals(Set.of("app"), run.names());
    assertEquals("0:0 0", run.ownership());
    assertEquals(List.of(), warnings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "./app", "/app"})
  void inTheWorkingDirectory(String path) throws Exception {
    make(path);
    assertIs(MADE, "750", root.get("app"));
    assertNothingIsLeft(root);
  }

  @Test
  void inTheirOrder() throws Exception {
    make("/run/a", "/run/a/b", "/run/a/b/c");
    assertIs(MADE, "750", run.get("a").get("b").get("c"));
    assertIs(MADE, "750", run.get("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "700", "1777", "2770", "7777"})
  void theModeIsExact(String mode) throws Exception {
    for (int mask : new int[] {0, 077, 0777}) {
      kernel.libC().umask(mask);
      provision(USER).make(List.of(new NewDirectory("/run/a" + mask, Integer.parseInt(mode, 8))));
      assertIs(MADE, mode, run.get("a" + mask));
      assertEquals(mask, kernel.libC().umask(022));
    }
    assertEquals(3, calls("mkdirat(4, .nonroot-100-"));
  }

  /** It is private while it is root's, and has its name once it is the user's. */
  @Test
  void nobodyCanUseItBeforeItIsTheUsers() throws Exception {
    kernel.libC().umask(0);
    kernel
        .faults()
        .before("fchmod", () -> assertIs("0:0 0", "700", run.get(run.names().iterator().next())));
    kernel
        .faults()
        .before("renameat2", () -> assertIs(MADE, "750", run.get(run.names().iterator().next())));
    make(USER, 0750, "/run/app");
    assertEquals(0, kernel.libC().umask(022));
    assertEquals(Set.of("app"), run.names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/run/app", "/run/app/", "/run/app/.", "run/app/../app"})
  void whatIsTheUsersIsLeftAsItIs(String path) throws Exception {
    FakeNode app = FakeNode.directory().owned(5, 9).mode(0500);
    run.put("app", app);
    make(path);
    assertSame(app, run.get("app"));
    assertIs("5:9 0", "500", app);
    assertEquals(List.of(), warnings);
    assertEquals(0, calls("mkdirat"));
  }

  /** Owner, group and mode of what is there; whether that is warned about. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0755, true",
    "0, 0, 01777, false",
    "0, 6, 0770, false",
    "0, 7, 0770, false",
    "0, 8, 0770, true",
    "0, 6, 0707, true",
    "9, 9, 0756, true",
    "9, 9, 0753, false"
  })
  void whatIsSomebodyElsesIsLeftToo(long uid, long gid, String mode, boolean warned)
      throws Exception {
    FakeNode app = FakeNode.directory().owned(uid, gid).mode(Integer.parseInt(mode, 8));
    run.put("app", app);
    make("/run/app");
    assertEquals(uid + ":" + gid + " 0", app.ownership());
    String warning =
        "--mkdir /run/app: it is there and left as it is, and by its owner "
            + uid
            + " and mode "
            + mode
            + " uid 5 cannot write to it; give it with --own /run/app, or chown it before";
    assertEquals(warned ? List.of(warning) : List.of(), warnings);
  }

  @Test
  void whatHasBeenGivenMeanwhileIsNotWarnedAbout() throws Exception {
    FakeNode app = FakeNode.directory();
    run.put("app", app);
    Provision provision = provision(USER);
    provision.make(List.of(new NewDirectory("/run/app", 0700)));
    app.owned(5, 6);
    provision.tell();
    assertEquals(List.of(), warnings);
    assertNothingIsLeft(run);
  }

  @Test
  void theRootIsThere() throws Exception {
    root.mode(0777);
    make("/", "//", ".", "run/..");
    assertEquals(List.of(), warnings);
  }

  @Test
  void whatIsNoDirectoryIsAnError() {
    run.put("app", FakeNode.file());
    assertFails("it is there, and is no directory; remove it, or name another path", "/run/app");
    assertFails("it is there, and is no directory; remove it, or name another path", "/run/app/");
    run.put("app", FakeNode.of(0010000).owned(5, 6));
    assertFails("it is there, and is no directory; remove it, or name another path", "/run/app");
    run.put("app", FakeNode.link("/run"));
    assertFails("it is a symbolic link; name the path that it leads to", "/run/app");
    assertEquals(Set.of("app"), run.names());
    assertEquals(0, calls("mkdirat"));
  }

  @Test
  void aDirectoryAboveThatIsNotThereIsAnError() {
    String fix = "; the directories above are not made: name each by a --mkdir of its own before";
    assertFails("openat(/run/a): No such file or directory" + fix, "/run/a/b/c");
    run.put("file", FakeNode.file());
    assertFails("fstatat(/run/file/a): Not a directory", "/run/file/a");
    assertFails("openat(/run/file/a): Not a directory", "/run/file/a/b");
  }

  @Test
  void linksThatOnlyRootCanMakeAreFollowed() throws Exception {
    root.put("var", FakeNode.directory().put("run", FakeNode.link("../run")));
    make("/var/run/app");
    assertIs(MADE, "750", run.get("app"));
    root.get("var").mode(0777);
    assertFails(
        "/var/run is a symbolic link that others than root can change or have made, and is not"
            + " followed; name the path that it leads to",
        "/var/run/b");
  }

  /** A start that was killed has left it; so may somebody else, to be in the way. */
  @Test
  void aTemporaryNameThatIsTakenIsNotUsed() throws Exception {
    long now = kernel.currentTimeMillis();
    FakeNode taken = FakeNode.directory().owned(5, 6);
    run.put(".nonroot-100-" + now, taken);
    provision(USER).make(List.of(new NewDirectory("/run/app", 0700)));
    assertIs(MADE, "700", run.get("app"));
    assertIs("5:6 0", "755", taken);
    for (int i = 0; i < 100; i++) {
      run.put(".nonroot-100-" + (now + i), FakeNode.link());
    }
    assertSays("--mkdir /run/b: mkdirat(/run/b): File exists", () -> make("/run/b"));
    assertEquals(101, run.names().size());
  }

  @Test
  void whatAppearsAtItsNameMeanwhileStays() throws Exception {
    FakeNode other = FakeNode.directory().owned(5, 6).mode(0777);
    kernel.faults().before("renameat2", () -> run.put("app", other));
    make("/run/app");
    assertSame(other, run.get("app"));
    assertIs("5:6 0", "777", other);
    kernel.faults().before("renameat2", () -> run.put("b", FakeNode.link("/run")));
    assertFails("it is a symbolic link; name the path that it leads to", "/run/b");
  }

  @Test
  void whatAppearsThereAgainAndAgainIsAnError() throws Exception {
    kernel.faults().fail("renameat2", Errno.EEXIST);
    assertFails("renameat(/run/app): File exists", "/run/app");
    assertEquals(10, calls("mkdirat"));
  }

  /** Without renameat2(2), or without its flag on that file system. */
  @ParameterizedTest
  @ValueSource(ints = {Errno.EINVAL, Errno.ENOSYS})
  void withoutTheFlagItIsRenamedOntoWhatWasLookedAt(int error) throws Exception {
    kernel.faults().failIf(call -> call.startsWith("renameat2") && call.endsWith(" 1)"), error);
    make("/run/app");
    assertIs(MADE, "750", run.get("app"));
    kernel.faults().before("renameat2", () -> run.put("b", FakeNode.file()));
    assertFails("renameat(/run/b): Not a directory", "/run/b");
    FakeNode full = FakeNode.directory().put("x", FakeNode.file());
    kernel.faults().before("renameat2", () -> run.put("c", full));
    assertFails("renameat(/run/c): Directory not empty", "/run/c");
    assertSame(full, run.get("c"));
  }

  /** From which call on, which fails, and how it is named. */
  @ParameterizedTest
  @CsvSource({
    "mkdirat, mkdirat, mkdirat",
    "mkdirat, openat, openat",
    "mkdirat, 'fstatat(3', fstatat",
    "mkdirat, getdents64, getdents64",
    "mkdirat, fchmod, fchmod",
    "fchmod, 'fstatat(3', fstatat",
    "mkdirat, fchownat, fchownat",
    "fchownat, 'fstatat(3', fstatat",
    "mkdirat, 'close(3', close",
    "mkdirat, renameat2, renameat2",
    "openat, 'fstatat(4, app', fstatat",
  })
  void whatFailsIsNamedAndLeavesNothing(String first, String start, String call) throws Exception {
    kernel.faults().before(first, () -> kernel.faults().fail(start, Errno.EIO));
    assertFails(call + "(/run/app): Input/output error", "/run/app");
    assertEquals(Set.of(), run.names());
    assertEquals(022, kernel.libC().umask(0));
  }

  @Test
  void whatCannotBeRemovedStays() {
    kernel.faults().fail("fchmod", Errno.EIO);
    kernel.faults().fail("unlinkat", Errno.EROFS);
    assertSays("--mkdir /run/app: fchmod(/run/app): Input/output error", () -> make("/run/app"));
    assertEquals(1, run.names().size());
  }

  @Test
  void aLieOfTheFileSystemIsAnError() {
    kernel.faults().before("fchownat", () -> kernel.tree().ignoreChown());
    assertFails(
        "fchownat(/run/app): it says that it succeeded, but the file system does not keep uid 5,"
            + " gid 6 and mode 0750; take another one, a tmpfs for one",
        "/run/app");
    assertEquals(Set.of(), run.names());
  }

  @Test
  void aMissingCapabilityIsNamed() throws Exception {
    as(Identity.root().permittedAndEffective(0x2));
    assertFails(
        "fchownat(/run/app): Operation not permitted; the launcher lacks CAP_CHOWN (docker run"
            + " --cap-add CHOWN, securityContext.capabilities.add)",
        "/run/app");
    as(Identity.root().permittedAndEffective(0x1));
    run.owned(5, 6);
    assertFails(
        "mkdirat(/run/app): Permission denied; the launcher lacks CAP_DAC_OVERRIDE (docker run"
            + " --cap-add DAC_OVERRIDE, securityContext.capabilities.add)",
        "/run/app");
    as(Identity.root());
    kernel.faults().fail("mkdirat", Errno.EACCES);
    assertFails("mkdirat(/run/app): Permission denied", "/run/app");
  }

  /** Only CAP_CHOWN is needed where the directory is root's. */
  @Test
  void whatIsNotNeededIsNotUsed() throws Exception {
    as(Identity.root().permittedAndEffective(0x1));
    kernel.libC().umask(0777);
    provision(USER).make(List.of(new NewDirectory("/run/app", 0700)));
    assertIs(MADE, "700", run.get("app"));
  }

  @Test
  void whoIsNotRootMakesThemForItself() throws Exception {
    as(Identity.user(2000));
    Account self = new Account(2000, 2000, Groups.of(2000), null, "/");
    String reason = "--mkdir /run/app: mkdirat(/run/app): Permission denied";
    assertSays(reason, () -> make(self, 0700, "/run/app"));
    run.mode(01777);
    make(self, 0755, "/run/app");
    assertIs("2000:2000 0", "755", run.get("app"));
    assertEquals(0, calls("fchownat"));
  }

  @Test
  void whatIsPutInThePlaceOfTheNewOneIsNotGiven() throws Exception {
    run.owned(5, 6);
    FakeNode secret = FakeNode.directory().mode(0700).put("key", FakeNode.file());
    kernel.faults().before("openat(4, .nonroot", () -> exchange(secret));
    assertSays(
        "--mkdir /run/app: openat(/run/app): it is not the empty directory of uid 0 that was just"
            + " made: others put something else there, or the file system has owners of its own",
        () -> make("/run/app"));
    assertIs("0:0 0", "700", secret);
    FakeNode empty = FakeNode.directory().owned(5, 6);
    kernel.faults().before("openat(4, .nonroot", () -> exchange(empty));
    assertThrows(OwnershipException.class, () -> make("/run/app"));
    assertIs("5:6 0", "755", empty);
    kernel.faults().before("openat(4, .nonroot", () -> exchange(FakeNode.link("/run")));
    assertSays(
        "--mkdir /run/app: openat(/run/app): Too many levels of symbolic links",
        () -> make("/run/app"));
    assertNull(run.get("app"));
    assertTrue(run.names().size() <= 3);
  }

  private void exchange(FakeNode other) {
    for (String name : run.names()) {
      if (name.startsWith(".nonroot")) {
        run.put(name, other);
      }
    }
  }
}
