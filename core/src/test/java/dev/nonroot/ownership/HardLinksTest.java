package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with several links, in trees that nobody changes meanwhile. */
class HardLinksTest extends OwnershipFixture {
  private static final String OUTSIDE = "a file with more than one link may have another outside";

  private final FakeNode snapshots = FakeNode.directory();

  HardLinksTest() {
    data.put("snapshots", snapshots);
  }

  /** As snapshots of Cassandra and checkpoints of RocksDB are. */
  private FakeNode linked(String name) {
    FakeNode node = FakeNode.file().linked();
    data.put(name, node);
    snapshots.put(name, node);
    return node;
  }

  private void giveAll(String... paths) throws Exception {
    give(new OwnRequest(List.of(paths), false, false));
  }

  private void assertLeft(FakeNode node, String reason) {
    assertEquals(LEFT, node.ownership());
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains(reason), warnings.toString());
  }

  @Test
  void aFileIsGivenIfAllItsLinksAreInTheTree() throws Exception {
    FakeNode link = FakeNode.link().linked();
    data.put("soft", link);
    snapshots.put("soft", link);
    FakeNode a = linked("a");
    give("/data");
    assertEquals(GIVEN, a.ownership());
    assertEquals(GIVEN, link.ownership());
    assertEquals(GIVEN, file.ownership());
    assertEquals(GIVEN, data.ownership());
    assertEquals(List.of(), warnings);
  }

  @Test
  void whereThereIsNoneNothingIsWaitedForAndNoTreeIsWalkedAgain() throws Exception {
    FakeNode users = linked("a");
    users(users);
    give("/data");
    assertEquals(0, kernel.pauses());
    assertEquals(0, calls("statx("));
  }

  @Test
  void whatHasALinkElsewhereIsLeftAloneWithOneWarning() throws Exception {
    FakeNode partly = linked("b").linked();
    FakeNode given = linked("c");
    data.put("a", outside);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(LEFT, partly.ownership());
    assertEquals(GIVEN, given.ownership());
    assertEquals(
        List.of(
            "/data/a and 2 more are left as they are: "
                + OUTSIDE
                + " of what --own names; if the user needs them, chown them to uid 5"),
        warnings);
  }

  @Test
  void itsLinksMayBeInSeveralTrees() throws Exception {
    FakeNode backup = FakeNode.directory();
    FakeNode given = FakeNode.file().linked();
    kernel.tree().root().put("backup", backup.put("a", given));
    data.put("a", given);
    give("/data");
    assertLeft(given, OUTSIDE);
    warnings.clear();
    giveAll("/data", "/backup");
    assertEquals(GIVEN, given.ownership());
    assertEquals(GIVEN, backup.ownership());
    assertEquals(List.of(), warnings);
  }

  /** Which must not count twice: a file has as many links outside as are missing. */
  @ParameterizedTest
  @CsvSource({
    "/data, /data/snapshots",
    "/data/snapshots, /data",
    "/data, /data",
    "/data, //data/",
    "/data, /data/a",
    "/data/a, /data",
    "/data/a, /data/a",
  })
  void noLinkIsCountedTwice(String one, String other) throws Exception {
    FakeNode partly = linked("a").linked().linked();
    FakeNode given = linked("b");
    snapshots.put("c", outside);
    giveAll(one, other);
    assertEquals(LEFT, partly.ownership());
    assertEquals(LEFT, outside.ownership());
    assertEquals(one.equals(other) && one.equals("/data/a") ? LEFT : GIVEN, given.ownership());
  }

  @Test
  void aFileThatIsNamedIsGivenIfItsLinksAreInTrees() throws Exception {
    FakeNode given = linked("a");
    giveAll("/data/a", "/data/snapshots/a");
    assertEquals(LEFT, given.ownership());
    assertEquals(1, warnings.size());
    giveAll("/data/a", "/data");
    assertEquals(GIVEN, given.ownership());
  }

  /** A bind mount shows what may be elsewhere in the tree. */
  @Test
  void whatIsBehindAMountPointDoesNotCount() throws Exception {
    FakeNode mounted = FakeNode.directory().attributes(0x2000).put("a", outside).put("b", outside);
    data.put("mounted", mounted);
    FakeNode file = FakeNode.file().linked();
    file.attributes(0x2000);
    data.put("x", file).put("y", file);
    data.attributes(0x2000);
    FakeNode given = linked("z");
    give("/data");
    assertLeft(outside, OUTSIDE);
    assertEquals(LEFT, file.ownership());
    assertEquals(GIVEN, mounted.ownership());
    assertEquals(GIVEN, given.ownership());
  }

  @Test
  void whereMountPointsAreNotKnownNothingIsGiven() throws Exception {
    kernel.tree().withoutMountRoot();
    FakeNode left = linked("a");
    give("/data");
    assertLeft(left, "cannot be told, as this kernel does not say what is mounted");
    assertEquals(GIVEN, data.ownership());
  }

  @Test
  void norWhereStatxIsNotKnown() throws Exception {
    kernel.faults().fail("statx(", Errno.ENOSYS);
    assertLeftAfter(linked("a"), "cannot be told, as this kernel");
  }

  private void assertLeftAfter(FakeNode node, String reason) throws Exception {
    give("/data");
    assertLeft(node, reason);
  }

  @Test
  void deviceNodesAndOtherFileSystemsAreNotGiven() throws Exception {
    FakeNode device = FakeNode.of(0020000).linked();
    FakeNode other = FakeNode.file().mode(0666).linked().device(2);
    data.put("d", device).put("e", other);
    snapshots.put("d", device).put("e", other);
    FakeNode given = linked("a");
    give("/data");
    assertEquals(LEFT, device.ownership());
    assertEquals(LEFT, other.ownership());
    assertEquals(GIVEN, given.ownership());
  }

  /** Inodes of two file systems may have one number. */
  @Test
  void eachFileSystemIsCountedByItself() throws Exception {
    FakeNode other = FakeNode.directory().device(2);
    FakeNode there = FakeNode.file().device(2).linked();
    kernel.tree().root().put("other", other.put("a", there).put("b", there));
    FakeNode here = linked("a");
    giveAll("/data", "/other");
    assertEquals(GIVEN, here.ownership());
    assertEquals(GIVEN, there.ownership());
    assertEquals(GIVEN, other.ownership());
  }

  @Test
  void thePathWaitsForThemAndSoAnInterruptedRunStartsOver() throws Exception {
    FakeNode first = linked("a");
    FakeNode second = linked("b");
    Runnable interrupt =
        () -> {
          throw new IllegalStateException("interrupted");
        };
    kernel.faults().before("openat(3, b, O_PATH", interrupt);
    OwnRequest once = new OwnRequest(List.of("/data"), true, false);
    assertThrows(IllegalStateException.class, () -> give(once));
    assertEquals(GIVEN, first.ownership());
    assertEquals(LEFT, second.ownership());
    assertEquals(LEFT, data.ownership());
    give(once);
    assertEquals(GIVEN, second.ownership());
    assertEquals(GIVEN, data.ownership());
  }

  @Test
  void aPathThatIsDoneStillCounts() throws Exception {
    FakeNode given = FakeNode.file().linked();
    FakeNode backup = FakeNode.directory().put("a", given);
    kernel.tree().root().put("backup", users(backup));
    data.put("a", given);
    give(new OwnRequest(List.of("/backup", "/data"), true, false));
    assertEquals(GIVEN, given.ownership());
  }

  @Test
  void whatFailsIsAnErrorOrAWarning() throws Exception {
    FakeNode failing = linked("a").failing(Errno.EIO);
    FakeNode given = linked("b");
    assertSays("cannot give /data to uid 5: fchownat(/data/a): Input/output error", "/data");
    giveWithBestEffort("/none", "/data");
    assertEquals(LEFT, failing.ownership());
    assertEquals(GIVEN, given.ownership());
    assertEquals(2, warnings.size());
    assertTrue(warnings.get(1).startsWith("/data/a and 1 more are left"), warnings.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"openat(4, below", "getdents64(5", "fstatat(5, a"})
  void whatCannotBeSeenIsNotCounted(String call) throws Exception {
    FakeNode left = FakeNode.file().linked();
    snapshots.put("below", FakeNode.directory().put("a", left)).put("z", left);
    kernel.faults().before("statx(3", () -> kernel.faults().fail(call, Errno.EIO));
    giveWithBestEffort("/data");
    assertEquals(LEFT, left.ownership());
  }

  @ParameterizedTest
  @ValueSource(strings = {"openat(3, a, O_PATH", "fstatat(4, ''"})
  void whatCannotBeOpenedToBeGivenIsAnError(String call) {
    linked("a");
    kernel.faults().before("openat(3, a, O_PATH", () -> kernel.faults().fail(call, Errno.EIO));
    String reason = call.substring(0, call.indexOf('(')) + "(/data/a): Input/output error";
    assertSays("cannot give /data to uid 5: " + reason, "/data");
  }

  @Test
  void moreFilesThanTheTableHolds() throws Exception {
    List<FakeNode> nodes = new ArrayList<>();
    for (int i = 0; i < 150_000; i++) {
      nodes.add(i % 3 == 0 ? linked("f" + i) : FakeNode.file().linked());
      data.put("f" + i, nodes.get(i));
    }
    give("/data");
    for (int i = 0; i < nodes.size(); i++) {
      assertEquals(i % 3 == 0 ? GIVEN : LEFT, nodes.get(i).ownership(), "file " + i);
    }
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains(" and 99999 more "), warnings.toString());
  }
}
