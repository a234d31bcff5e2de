package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
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
    data.put("a", outside);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(
        List.of(
            "/data/a is left as it is: a file with more than one link may have another outside of"
                + " what --own names; if the user needs it, chown it to uid 5"),
        warnings);
  }

  @Test
  void oneWarningForEachReasonAndPath() throws Exception {
    FakeNode device = FakeNode.of(0020000);
    data.put("below", FakeNode.directory().put("a", outside).put("tty", device));
    data.put("x", FakeNode.link().linked()).put("y", FakeNode.of(0060000).linked());
    give(new OwnRequest(List.of("/data", "/data/below"), false, false));
    String leads = ": a device node leads to more than the tree that it is in; if the user needs ";
    String link =
        ": a file with more than one link may have another outside of what --own names; if the user"
            + " needs ";
    String one = " is left as it is";
    String two = " and 1 more are left as they are";
    assertEquals(
        List.of(
            "/data/below/tty" + two + leads + "them, chown them to uid 5",
            "/data/below/tty" + one + leads + "it, chown it to uid 5",
            "/data/below/a" + two + link + "them, chown them to uid 5",
            "/data/below/a" + one + link + "it, chown it to uid 5"),
        warnings);
    assertEquals(GIVEN, data.ownership());
  }

  @ParameterizedTest
  @CsvSource({"0020000, 0755", "0020000, 0777", "0060000, 0755", "0060000, 0777"})
  void aDeviceNodeIsLeftAloneUnlessItIsNamed(String type, String mode) throws Exception {
    FakeNode device = FakeNode.of(Integer.parseInt(type, 8));
    data.mode(Integer.parseInt(mode, 8)).put("device", device);
    give("/data");
    assertEquals(LEFT, device.ownership());
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("/data/device is left as it is: a device node leads to"));
    warnings.clear();
    give("/data/device");
    assertEquals(GIVEN, device.ownership());
    give("/data");
    assertEquals(List.of(), warnings);
  }

  /** Directories from there down, of which the innermost has one file more. */
  private static FakeNode deep(int depth, FakeNode file) {
    FakeNode directory = FakeNode.directory().mode(0777).put("file", file);
    for (int i = 1; i < depth; i++) {
      directory = FakeNode.directory().put("d", directory);
    }
    return directory;
  }

  @Test
  void whatNoPathLeadsToIsLeftAlone() throws Exception {
    FakeNode reached = FakeNode.file();
    FakeNode beyond = FakeNode.file();
    data.put("near", deep(2047, reached)).put("far", deep(2048, beyond)).put("z", users(outside));
    give("/data");
    assertEquals(GIVEN, reached.ownership());
    assertEquals(LEFT, beyond.ownership());
    assertEquals(GIVEN, data.ownership());
    assertEquals(1, warnings.size());
    String warning = warnings.get(0);
    assertTrue(warning.startsWith("/data/far/d/d/d/"), warning);
    assertTrue(
        warning.contains("...") && warning.length() < 4400, "not as long as its maker likes");
    assertTrue(
        warning.endsWith(
            "/d/d is left as it is: the tree is deeper than 2048 directories; if the user needs it,"
                + " chown it to uid 5"),
        warning);
  }

  /** Of a directory and of a file in a directory that others can write to. */
  @ParameterizedTest
  @CsvSource({"12, 9", "12, 8", "12, 200"})
  void whatTheLimitOfOpenFilesDoesNotReachIsLeftAlone(int limit, int depth) throws Exception {
    FakeNode beyond = FakeNode.file();
    data.put("far", deep(depth, beyond)).put("z", FakeNode.directory());
    assertEquals(0, kernel.libC().setrlimit(7, limit, limit));
    give("/data");
    assertEquals(LEFT, beyond.ownership());
    assertEquals(GIVEN, data.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(1, warnings.size());
    assertTrue(
        warnings
            .get(0)
            .endsWith(
                " is left as it is: the tree is deeper than the hard limit of open files allows"
                    + " (docker run --ulimit nofile=N); if the user needs it, chown it to uid 5"),
        warnings.toString());
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
}
