package dev.nonroot.launch;

import static dev.nonroot.launch.LaunchFixture.assertEnds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nonroot.Account;
import dev.nonroot.Groups;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Giving a tree to uid 5, gid 6, also while somebody else changes it. */
class OwnershipTest {
  private static final Account USER = new Account(5, 6, Groups.of(6), null, "/");
  private static final String GIVEN = "5:6 1";
  private static final String LEFT = "0:0 0";

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);
  private final FakeNode data = FakeNode.directory();
  private final FakeNode file = FakeNode.file();
  private final FakeNode outside = FakeNode.file().linked();
  private final List<String> warnings = new ArrayList<>();

  OwnershipTest() {
    kernel.tree().root().put("data", data);
    data.put("file", file);
  }

  private void give(String path) throws Exception {
    new Ownership(kernel.libC(), USER, warnings::add).give(path);
    assertEquals(0, kernel.tree().open(), "every descriptor is closed");
  }

  private long calls(String start) {
    return kernel.faults().calls().stream().filter(call -> call.startsWith(start)).count();
  }

  /** Makes the directory the user's: he may change it at any time. */
  private void isUsers() {
    data.owned(5, 6);
  }

  private static FakeNode users(FakeNode node) {
    return node.owned(5, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data", "data", "//data//", "./data", "/data/."})
  void aTreeIsGiven(String path) throws Exception {
    FakeNode below = FakeNode.directory();
    FakeNode link = FakeNode.link();
    FakeNode pipe = FakeNode.of(0010000);
    data.put("below", below).put("link", link);
    below.put("pipe", pipe);
    give(path);
    for (FakeNode each : List.of(data, file, below, link, pipe)) {
      assertEquals(GIVEN, each.ownership());
    }
    assertEquals(LEFT, kernel.tree().root().ownership());
    assertEquals(List.of(), warnings);
  }

  @Test
  void whatIsInADirectoryIsGivenBeforeIt() throws Exception {
    FakeNode below = FakeNode.directory();
    data.put("below", below);
    kernel.faults().before("fchownat(4, ''", () -> assertEquals(LEFT, data.ownership()));
    kernel.faults().before("fchownat(3, ''", () -> assertEquals(GIVEN, below.ownership()));
    give("/data");
    assertEquals(GIVEN, data.ownership());
  }

  /** One call for a file. */
  @Test
  void whatIsTheUsersIsNotTouched() throws Exception {
    users(data).put("file", users(file)).put("more", users(FakeNode.file().linked()));
    users(data).put("link", users(FakeNode.link())).put("below", users(FakeNode.directory()));
    give("/data");
    assertEquals(0, calls("fchownat"));
    assertEquals("5:6 0", file.ownership());
    assertEquals(1, calls("fstatat(3, file"));
    assertEquals(0, calls("openat(3, file"));
    assertEquals(0, calls("fstatat(3, below"), "d_type has said it");
  }

  /** Two calls for a file. */
  @Test
  void inADirectoryOfRootsAloneFilesNeedNotBeOpened() throws Exception {
    give("/data");
    assertEquals(1, calls("fstatat(3, file"));
    assertEquals(1, calls("fchownat(3, file, 5, 6)"));
    assertEquals(0, calls("openat(3, file"));
  }

  @ParameterizedTest
  @CsvSource({"5, 6, 0755", "0, 0, 0775", "0, 0, 0757", "7, 0, 0755", "0, 0, 01777"})
  void inOthersTheyAre(long uid, long gid, String mode) throws Exception {
    data.owned(uid, gid).mode(Integer.parseInt(mode, 8));
    give("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(0, calls("fchownat(3, file"));
    assertEquals(1, calls("openat(3, file, O_PATH)"));
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "0, 6", "7, 6"})
  void ownerAndGroupHaveToBeTheUsers(long uid, long gid) throws Exception {
    file.owned(uid, gid);
    data.owned(uid, gid);
    give("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(GIVEN, data.ownership());
  }

  @Test
  void aLinkIsGivenItselfAndNotFollowed() throws Exception {
    FakeNode link = FakeNode.link().linked();
    isUsers();
    data.put("link", link);
    give("/data");
    assertEquals(GIVEN, link.ownership());
  }

  @Test
  void otherFileSystemsAreLeftAlone() throws Exception {
    FakeNode mounted = FakeNode.directory().device(2);
    FakeNode inside = FakeNode.file().device(2);
    FakeNode mountedFile = FakeNode.file().device(3);
    data.put("mounted", mounted).put("mountedFile", mountedFile);
    mounted.put("inside", inside);
    give("/data");
    isUsers();
    give("/data");
    for (FakeNode each : List.of(mounted, inside, mountedFile)) {
      assertEquals(LEFT, each.ownership());
    }
    assertEquals(GIVEN, file.ownership());
    give("/data/mounted");
    assertEquals(GIVEN, inside.ownership());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileWithMoreLinksIsLeftAloneWithAWarning(boolean users) throws Exception {
    if (users) {
      isUsers();
    }
    FakeNode device = FakeNode.of(0060000).linked();
    data.put("a", outside).put("b", device);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(LEFT, device.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(2, warnings.size());
    assertEquals(
        "/data/a is left as it is: it has 2 links, and some may be outside of what --own names;"
            + " chown it to uid 5 if it is meant",
        warnings.get(0));
  }

  @Test
  void moreLinksOfTheUsersOwnDoNotMatter() throws Exception {
    data.put("a", outside.owned(5, 9));
    give("/data");
    assertEquals(GIVEN, outside.ownership());
  }

  @Test
  void aFileByItself() throws Exception {
    give("/data/file");
    assertEquals(GIVEN, file.ownership());
    assertEquals(LEFT, data.ownership());
    give("data/file");
    assertEquals(GIVEN, file.ownership());
    data.put("a", outside);
    give("/data/a");
    assertEquals(LEFT, outside.ownership());
    assertEquals(1, warnings.size());
  }

  private void assertFails(String path, String reason) {
    assertEnds(125, "cannot give " + path + " to uid 5: " + reason, () -> give(path));
    assertEquals(0, calls("fchownat"));
  }

  @ParameterizedTest
  @CsvSource({"/data/link, /data/link", "/data/link/, /data/link", "data/link/x/y, data/link"})
  void noLinkIsFollowedOnTheWay(String path, String link) {
    data.put("link", FakeNode.link());
    assertFails(
        path, link + " is a symbolic link, and --own follows none; name the path that it leads to");
  }

  @ParameterizedTest
  @CsvSource({
    "/none, openat(/none): No such file or directory",
    "/data/none/x, openat(/data/none): No such file or directory",
    "/data/file/x, openat(/data/file/x): Not a directory",
    "'', openat(): No such file or directory",
  })
  void aPathThatIsNotThereIsAnError(String path, String reason) {
    assertFails(path, reason);
  }

  @Test
  void aFileSystemThatKnowsNoTypesIsWalkedToo() throws Exception {
    kernel.tree().withoutTypes();
    FakeNode inside = FakeNode.file();
    data.put("below", FakeNode.directory().put("inside", inside)).put("link", FakeNode.link());
    give("/data");
    assertEquals(GIVEN, inside.ownership());
  }

  @Test
  void moreEntriesThanABufferHolds() throws Exception {
    FakeNode directory = data;
    for (int depth = 0; depth < 12; depth++) {
      for (int i = 0; i < 1500; i++) {
        directory.put("file" + i, FakeNode.file());
      }
      FakeNode below = FakeNode.directory();
      directory.put("below", below);
      directory = below;
    }
    give("/data");
    assertEquals(12 * 1500 + 1 + 12 + 1, calls("fchownat"));
  }

  @Test
  void aFileThatIsExchangedForAHardLinkIsNotGiven() throws Exception {
    isUsers();
    kernel.faults().before("openat(3, file", () -> data.put("file", outside));
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(1, warnings.size());
  }

  /** What was opened is given, whatever has its name by then. */
  @ParameterizedTest
  @ValueSource(strings = {"fstatat(4, ''", "fchownat(4, ''", "close(4"})
  void aFileThatIsExchangedLaterIsNotGivenEither(String call) throws Exception {
    isUsers();
    kernel
        .faults()
        .before(
            "openat(3, file", () -> kernel.faults().before(call, () -> data.put("file", outside)));
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(GIVEN, file.ownership());
  }

  @Test
  void aFileThatIsExchangedForAnotherOne() throws Exception {
    FakeNode link = FakeNode.link();
    FakeNode mounted = FakeNode.file().device(2);
    FakeNode inside = FakeNode.file();
    isUsers();
    data.put("a", FakeNode.file()).put("b", FakeNode.file()).put("c", FakeNode.file());
    kernel.faults().before("openat(3, a", () -> data.put("a", link));
    kernel.faults().before("openat(3, b", () -> data.put("b", mounted));
    FakeNode directory = FakeNode.directory().put("inside", inside);
    kernel.faults().before("openat(3, c", () -> data.put("c", directory));
    give("/data");
    assertEquals(GIVEN, link.ownership());
    assertEquals(LEFT, mounted.ownership());
    assertEquals(GIVEN, inside.ownership());
  }

  @Test
  void aDirectoryThatIsExchangedForALinkIsAnError() {
    isUsers();
    data.put("below", FakeNode.directory());
    kernel.faults().before("openat(3, below", () -> data.put("below", FakeNode.link()));
    assertFails("/data", "openat(/data/below): Too many levels of symbolic links");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fstatat(3, file", "openat(3, file", "fchownat(3, file"})
  void whatIsRemovedMeanwhileIsGone(String call) throws Exception {
    data.mode(call.startsWith("openat") ? 0777 : 0755);
    data.put("z", FakeNode.file());
    kernel.faults().before(call, () -> data.remove("file"));
    give("/data");
    assertEquals(LEFT, file.ownership());
    assertEquals(GIVEN, data.ownership());
  }

  @Test
  void aDirectoryThatIsRemovedMeanwhileIsGone() throws Exception {
    data.put("below", FakeNode.directory());
    kernel.faults().before("openat(3, below", () -> data.remove("below"));
    give("/data");
    data.put("below", FakeNode.directory());
    kernel.faults().fail("getdents64(3", Errno.ENOENT);
    give("/data");
    assertFalse(calls("getdents64(3") == 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openat(AT_FDCWD, /|openat(/)",
        "openat(3, data|openat(/data)",
        "fstatat(4, ''|fstatat(/data)",
        "openat(4, .|openat(/data)",
        "getdents64(3|getdents64(/data)",
        "openat(3, below|openat(/data/below)",
        "getdents64(4|getdents64(/data/below)",
        "fstatat(4, inside|fstatat(/data/below/inside)",
        "openat(4, inside|openat(/data/below/inside)",
        "fchownat(5, ''|fchownat(/data/below/inside)",
        "fchownat(4, ''|fchownat(/data/below)",
        "fchownat(3, ''|fchownat(/data)",
        "close(5|close(/data/below/inside)",
      })
  void whatFailsIsNamed(String call, String named) {
    data.remove("file");
    data.put("below", FakeNode.directory().mode(0777).put("inside", FakeNode.file()));
    kernel.faults().fail(call, Errno.EIO);
    assertEnds(
        125, "cannot give /data to uid 5: " + named + ": Input/output error", () -> give("/data"));
  }

  @ParameterizedTest
  @CsvSource({
    "fchownat, /data/file, EPERM, Operation not permitted, CHOWN",
    "openat, /, EACCES, Permission denied, DAC_READ_SEARCH",
  })
  void theMissingCapabilityIsNamed(
      String call, String path, String error, String text, String capability) {
    kernel.faults().fail(call, error.equals("EPERM") ? Errno.EPERM : Errno.EACCES);
    assertEnds(
        125,
        ("cannot give /data to uid 5: " + call + "(" + path + "): " + text)
            + ("; it may lack CAP_" + capability + " (docker run --cap-add " + capability)
            + ", securityContext.capabilities.add)",
        () -> give("/data"));
  }
}
