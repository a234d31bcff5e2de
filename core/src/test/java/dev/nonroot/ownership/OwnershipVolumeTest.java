package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.identity.Groups;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes in volumes, those that only say that they change an owner, and those that are done. */
class OwnershipVolumeTest extends OwnershipFixture {
  private static final String OTHER =
      ": on another file system, and the user cannot write there; if the user needs ";

  private final FakeNode mounted = FakeNode.directory().device(2);
  private final FakeNode inside = FakeNode.file().device(2);

  private void mount() {
    data.put("mounted", mounted.put("inside", inside));
  }

  @Test
  void anotherFileSystemThatTheUserCannotWriteToIsLeftAloneWithAWarning() throws Exception {
    mount();
    give("/data");
    assertEquals(LEFT, mounted.ownership());
    assertEquals(LEFT, inside.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(
        List.of("/data/mounted is left as it is" + OTHER + "it, give it with --own /data/mounted"),
        warnings);
    give("/data/mounted");
    assertEquals(GIVEN, inside.ownership());
    assertEquals(1, warnings.size());
    give("/data");
    assertEquals(1, warnings.size(), warnings.toString());
  }

  @Test
  void oneWarningForEachPathNamesTheFirst() throws Exception {
    mount();
    data.put("a b", FakeNode.directory().device(3)).put("z", FakeNode.file().device(4));
    give("/data");
    assertEquals(
        List.of(
            "/data/a b and 2 more are left as they are"
                + OTHER
                + "them, give each with an --own of its own, as in --own '/data/a b'"),
        warnings);
  }

  @Test
  void oneThatIsNamedItselfIsNotWarnedAbout() throws Exception {
    mount();
    give(new OwnRequest(List.of("/data", "/none/x", "data//mounted/"), false, true));
    assertEquals(GIVEN, inside.ownership());
    assertEquals(
        List.of("cannot give /none/x to uid 5: openat(/none): No such file or directory"),
        warnings);
  }

  /** By the first of owner, group and others that the user is. */
  @ParameterizedTest
  @CsvSource({
    "5, 0, 0300, true",
    "5, 0, 0077, false",
    "0, 6, 0730, true",
    "0, 6, 0707, false",
    "0, 6, 0720, false",
    "0, 7, 0770, true",
    "0, 8, 0770, false",
    "0, 0, 0703, true",
    "0, 0, 01777, true",
    "0, 0, 0776, false",
    "5, 6, 0, true",
  })
  void oneThatTheUserCanWriteToIsNotWarnedAbout(long uid, long gid, String mode, boolean silent)
      throws Exception {
    mount();
    mounted.owned(uid, gid).mode(Integer.parseInt(mode, 8));
    Account user = new Account(5, 6, Groups.of(7), null, "/");
    OwnRequest request = new OwnRequest(List.of("/data"), false, false);
    new Ownership(kernel, kernel.libC(), user, request, warnings::add).give();
    assertEquals(silent ? 0 : 1, warnings.size(), warnings.toString());
  }

  @ParameterizedTest
  @CsvSource({"0644, 1", "0666, 0", "0600, 1"})
  void soWithAFileThatIsMounted(String mode, int warned) throws Exception {
    data.put("a", inside.mode(Integer.parseInt(mode, 8)));
    give("/data");
    assertEquals(LEFT, inside.ownership());
    assertEquals(warned, warnings.size(), warnings.toString());
  }

  @Test
  void whatIsReadOnlyNeedNotBeNamed() throws Exception {
    mount();
    mounted.failing(Errno.EROFS);
    data.put("config", FakeNode.file().device(3).failing(Errno.EROFS));
    data.put("config2", FakeNode.file().device(3).failing(Errno.EROFS));
    give("/data");
    assertEquals(
        List.of(
            "/data/config and 2 more are left as they are: the mount is read-only; if the user"
                + " needs them, chown them to uid 5"),
        warnings);
    assertEquals(2, calls("access("), "once for each device");
  }

  /** CIFS, for one, which has one owner for all. */
  @ParameterizedTest
  @ValueSource(strings = {"/data", "/data/file"})
  void aFileSystemThatChangesNothingIsAnErrorIfTheUserCannotWrite(String path) throws Exception {
    data.takingNoChange();
    file.takingNoChange();
    String nothing = "its file system takes a chown and changes nothing (CIFS, vboxsf)";
    assertSays(
        ("cannot give " + path + " to uid 5: " + nothing)
            + ", and the user cannot write to it; mount it with uid=5,gid=6",
        path);
    String warning =
        path
            + " is left as it is: "
            + nothing
            + "; if the user needs it, mount it with uid=5,gid=6";
    giveWithBestEffort(path);
    assertEquals(List.of(warning), warnings);
    warnings.clear();
    data.mode(0777);
    file.mode(0666);
    give(path);
    assertEquals(List.of(warning), warnings);
  }

  @Test
  void onlyThePathIsLookedAtForThat() throws Exception {
    file.takingNoChange();
    give("/data");
    assertEquals(List.of(), warnings);
    users(data);
    data.takingNoChange();
    give("/data");
    assertEquals(List.of(), warnings, "nothing had to be taken");
  }

  @Test
  void thatLookFails() {
    kernel
        .faults()
        .before("fchownat(3, ''", () -> kernel.faults().fail("fstatat(3, ''", Errno.EIO));
    assertSays("cannot give /data to uid 5: fstatat(/data): Input/output error", "/data");
  }

  private void giveOnce(String path) throws Exception {
    give(new OwnRequest(List.of(path), true, false));
  }

  @Test
  void onceAPathIsTheUsersItIsDone() throws Exception {
    isUsers();
    giveOnce("/data");
    assertEquals(LEFT, file.ownership());
    assertEquals(0, calls("openat(4, ., O_DIRECTORY"));
    give("/data");
    assertEquals(GIVEN, file.ownership());
    giveOnce("/data/file");
    assertEquals(GIVEN, file.ownership());
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "0, 6", "7, 7"})
  void onceItIsNotIfOwnerOrGroupIsAnother(long uid, long gid) throws Exception {
    data.owned(uid, gid);
    giveOnce("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(GIVEN, data.ownership());
  }

  /** As the path itself is given last. */
  @ParameterizedTest
  @ValueSource(
      strings = {"fchownat(3, a", "fchownat(4, inside", "fchownat(4, ''", "fchownat(3, ''"})
  void onceARunThatWasInterruptedStartsOver(String call) throws Exception {
    FakeNode last = FakeNode.file();
    data.put("a", FakeNode.file()).put("below", FakeNode.directory().put("inside", last));
    Runnable interrupt =
        () -> {
          throw new IllegalStateException("interrupted");
        };
    kernel.faults().before(call, interrupt);
    assertThrows(IllegalStateException.class, () -> giveOnce("/data"));
    assertEquals(LEFT, data.ownership());
    giveOnce("/data");
    assertEquals(GIVEN, last.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(GIVEN, data.ownership());
  }
}
