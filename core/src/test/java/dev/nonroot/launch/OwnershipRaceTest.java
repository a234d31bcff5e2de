package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  /** Whoever has linked a file into his directory removes it again as soon as it is opened. */
  private void removeOnceOpened(String name, String entryIsGoneBefore) {
    isUsers();
    data.remove("file");
    data.put(name, outside);
    Runnable afterOpen =
        () -> {
          kernel.faults().before("fstatat(4, ''", outside::unlinked);
          kernel.faults().before(entryIsGoneBefore, () -> data.remove(name));
        };
    kernel.faults().before("openat(3, " + name, afterOpen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fstatat(4", "getdents64(3"})
  void aHardLinkThatIsRemovedMeanwhileIsNotGiven(String entryIsGoneBefore) throws Exception {
    removeOnceOpened("file", entryIsGoneBefore);
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(List.of(), warnings);
  }

  @Test
  void anotherLinkInThePlaceOfTheRemovedOneDoesNotStandForIt() throws Exception {
    removeOnceOpened("file", "fstatat(4");
    kernel.faults().before("getdents64(3", () -> data.put("file", outside.linked()));
    give("/data");
    assertEquals(LEFT, outside.ownership());
  }

  private void assertIsLeftUnknown(String name) throws Exception {
    give("/data");
    assertEquals(LEFT, outside.ownership());
    assertEquals(
        List.of(
            "/data/"
                + name
                + " is left as it is: whether it has links outside of what --own names cannot be"
                + " told, as its path is too long or ends with (deleted); chown it to uid 5 if it"
                + " is meant"),
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
    Runnable unlink = () -> data.put("file", FakeNode.file());
    kernel.faults().before("fstatat(5, ''", outside::unlinked);
    kernel.faults().before("readlink(", unlink);
    give("/data/file");
    assertEquals(LEFT, outside.ownership());
  }
}
