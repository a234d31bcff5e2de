package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Giving a tree that nobody changes meanwhile. */
class OwnershipTest extends OwnershipFixture {
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
    FakeNode link = FakeNode.link();
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
  void aSymbolicLinkWithMoreLinksIsLeftAlone(boolean users) throws Exception {
    data.owned(users ? 5 : 0, 6);
    FakeNode link = FakeNode.link().linked();
    data.put("link", link);
    give("/data");
    assertEquals(LEFT, link.ownership());
    assertEquals(1, warnings.size());
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

  /** Nor is its directory read, which takes a capability where it is somebody else's. */
  @Test
  void aFileByItselfThatIsTheUsersIsNotTouched() throws Exception {
    users(file);
    give("/data/file");
    assertEquals("5:6 0", file.ownership());
    assertEquals(0, calls("openat(4, ., O_DIRECTORY"));
    assertEquals(0, calls("getdents64("));
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
        "readlink(/proc/self/fd/5)|readlink(/data/below/inside)",
        "fchownat(5, ''|fchownat(/data/below/inside)",
        "fchownat(4, ''|fchownat(/data/below)",
        "fchownat(3, ''|fchownat(/data)",
        "close(5|close(/data/below/inside)",
      })
  void whatFailsIsNamed(String call, String named) {
    data.remove("file");
    data.put("below", FakeNode.directory().mode(0777).put("inside", FakeNode.file()));
    kernel.faults().fail(call, Errno.EIO);
    assertSays("cannot give /data to uid 5: " + named + ": Input/output error", "/data");
  }

  @ParameterizedTest
  @CsvSource({
    "fchownat, /data/file, EPERM, Operation not permitted, CHOWN",
    "openat, /, EACCES, Permission denied, DAC_READ_SEARCH",
  })
  void theMissingCapabilityIsNamed(
      String call, String path, String error, String text, String capability) {
    kernel.faults().fail(call, error.equals("EPERM") ? Errno.EPERM : Errno.EACCES);
    assertSays(
        ("cannot give /data to uid 5: " + call + "(" + path + "): " + text)
            + ("; it may lack CAP_" + capability + " (docker run --cap-add " + capability)
            + ", securityContext.capabilities.add)",
        "/data");
  }
}
