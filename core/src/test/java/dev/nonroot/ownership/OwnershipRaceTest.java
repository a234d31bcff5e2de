package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Giving a tree while somebody else changes it: the user for one, to whom a part belongs. */
class OwnershipRaceTest extends OwnershipFixture {
  @Test
  void aFileThatIsExchangedForAHardLinkIsNotGiven() throws Exception {
    isUsers();
    kernel.faults().before("openat(3, file", () -> data.put("file", outside));
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(1, warnings.size());
  }

  /** The count is less already, and the entry still there: its directory is locked. */
  @Test
  void aHardLinkThatIsBeingRemovedIsNotGiven() throws Exception {
    isUsers();
    data.put("link", outside);
    Runnable gone = () -> data.remove("link");
    kernel.faults().before("fstatat(3, link", outside::unlinked);
    kernel.faults().before("openat(3, link", () -> kernel.faults().before("getdents64(3", gone));
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(List.of(), warnings);
  }

  /** It may be moved before it is removed, so that its directory's lock says nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"getdents64(3", "readlink(", "fstatat(4"})
  void aHardLinkThatIsRemovedOnceItIsOpenIsNotGiven(String call) throws Exception {
    isUsers();
    data.put("link", outside);
    Runnable remove = () -> outside.unlinked().changed(now());
    kernel.faults().before("openat(3, link", () -> kernel.faults().before(call, remove));
    kernel.afterPauses(1, () -> data.remove("link"));
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(1, kernel.pauses());
    assertEquals(List.of(), warnings);
  }

  @Test
  void anotherLinkInThePlaceOfTheRemovedOneDoesNotStandForIt() throws Exception {
    isUsers();
    data.put("link", outside);
    Runnable relink = () -> data.put("link", outside.changed(now()));
    kernel.faults().before("openat(3, link", outside::unlinked);
    kernel.faults().before("fstatat(4", relink);
    kernel.afterPauses(1, outside::linked);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(1, warnings.size());
  }

  private long now() {
    return kernel.currentTimeMillis() * 1_000_000;
  }

  /** Milliseconds and nanoseconds from now, and for how long that has to be waited for. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 50", // changed right now
    "-49, 1, 2",
    "-60, 1, 0",
    "5000, 1, 50", // the clocks differ: if it stays as it is, nobody has changed it
    "0, 0, 1100", // a file system that keeps whole seconds
    "-1000, 0, 101",
    "-2000, 0, 0",
  })
  void aFileThatWasChangedLatelyIsGivenAfterAWhile(long ms, long ns, long waited) throws Exception {
    isUsers();
    file.changed(now() + ms * 1_000_000 + ns);
    long start = kernel.currentTimeMillis();
    give("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(waited, kernel.currentTimeMillis() - start);
  }

  @Test
  void aFileThatChangesAllTheTimeIsLeftAloneInTheEnd() throws Exception {
    isUsers();
    FakeNode other = FakeNode.file().changed(now() + 1);
    data.put("other", other);
    for (int pause = 1; pause < 100; pause++) {
      kernel.afterPauses(pause, () -> file.changed(now() + 1));
    }
    file.changed(now() + 1);
    long start = kernel.currentTimeMillis();
    give("/data");
    assertEquals(LEFT, file.ownership());
    assertEquals(
        List.of(
            "/data/file is left as it is: whether there is a link outside of what --own names cannot"
                + " be told, as the file changes all the time; if the user needs it, chown it to uid"
                + " 5"),
        warnings);
    assertEquals(GIVEN, other.ownership());
    long waited = kernel.currentTimeMillis() - start;
    assertTrue(waited > 2900 && waited <= 3000, waited + " ms");
  }

  private void assertIsLeftUnknown(String name) throws Exception {
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(
        List.of(
            "/data/"
                + name
                + " is left as it is: whether there is a link outside of what --own names cannot be"
                + " told, as the path is too long or ends with (deleted); if the user needs it, chown"
                + " it to uid 5"),
        warnings);
  }

  @Test
  void aNameThatLooksLikeARemovedOneIsLeftAlone() throws Exception {
    isUsers();
    data.put("x (deleted)", outside.unlinked());
    assertIsLeftUnknown("x (deleted)");
  }

  @Test
  void aPathThatIsTooLongForTheKernelIsLeftAlone() throws Exception {
    isUsers();
    data.remove("file");
    data.put("long", outside.unlinked());
    kernel.faults().fail("readlink(/proc/self/fd/4)", Errno.ENAMETOOLONG);
    assertIsLeftUnknown("long");
  }

  @Test
  void aDirectoryThatIsRemovedMeanwhileHasNoEntries() throws Exception {
    isUsers();
    kernel
        .faults()
        .before("fstatat(4, ''", () -> kernel.faults().fail("getdents64(3", Errno.ENOENT));
    give("/data");
    assertEquals(LEFT, file.ownership());
  }

  @Test
  void descriptorsOfMoreDigits() throws Exception {
    FakeNode inside = file;
    for (int i = 0; i < 120; i++) {
      FakeNode directory = FakeNode.directory().owned(5, 6);
      directory.put("d", inside);
      inside = directory;
    }
    data.put("d", inside);
    give("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(1, calls("readlink(/proc/self/fd/124)"));
  }

  /** What was opened and looked at is given, whatever has its name by then. */
  @ParameterizedTest
  @ValueSource(strings = {"fchownat(4, ''", "close(4"})
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

  /** By a bind mount below that leads to it, or to one above it; or by somebody else. */
  @ParameterizedTest
  @CsvSource({"5, 6, 0755", "0, 0, 0777"})
  void aDirectoryThatIsNotRootsAloneAnyMoreWhenTheWalkComesBack(long uid, long gid, String mode)
      throws Exception {
    FakeNode last = FakeNode.file();
    data.put("below", FakeNode.directory()).put("file", last);
    Runnable exchange = () -> data.put("file", outside.unlinked());
    kernel
        .faults()
        .before("getdents64(4", () -> data.owned(uid, gid).mode(Integer.parseInt(mode, 8)));
    kernel.faults().before("fchownat(3, file", exchange);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(GIVEN, last.ownership());
    assertEquals(1, calls("openat(3, file, O_PATH"));
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

  @Test
  void aFileByItselfThatIsRemovedMeanwhileIsNotGiven() throws Exception {
    data.put("file", outside);
    Runnable exchange =
        () -> {
          outside.unlinked().changed(now());
          data.put("file", FakeNode.file());
        };
    kernel.faults().before("readlink(", exchange);
    give("/data/file");
    assertEquals(LEFT, outside.ownership());
    outside.linked();
    data.put("file", outside);
    kernel.faults().before("fstatat(5", () -> outside.unlinked().changed(now()));
    kernel.afterPauses(1, () -> data.put("file", file));
    give("/data/file");
    assertEquals(LEFT, outside.ownership());
    assertEquals(GIVEN, file.ownership());
  }
}
