package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Symbolic links in the path that is named. */
class PathOpenerTest extends OwnershipFixture {
  private final FakeNode root = kernel.tree().root();
  private final FakeNode top = FakeNode.directory();
  private final FakeNode below = FakeNode.directory();
  private final FakeNode inside = FakeNode.file();

  PathOpenerTest() {
    root.put("top", top.put("below", below.put("inside", inside)));
  }

  private void isNotFollowed(String path, String link) {
    assertFails(
        path,
        link
            + " is a symbolic link that others than root can change or have made, and is not"
            + " followed; name the path that it leads to");
    assertEquals(LEFT, inside.ownership());
  }

  /** To /top/below, or to what is in it, from /top. */
  @ParameterizedTest
  @CsvSource({
    "below, /top/link",
    "below, top/link",
    "below, top/link/",
    "/top/below, /top/link/.",
    "below/, /top/link/inside",
    "/top/below/inside, top/link",
    "below/inside, //top//link",
    "../top/below, top/link",
    "./below/../../top/below, /top/link",
    ".., /top/link/top/below",
    "/, /top/link/top/below",
    "//top/./below, /top/link",
  })
  void whatOnlyRootCanMakeIsFollowed(String target, String path) throws Exception {
    FakeNode link = FakeNode.link(target);
    top.put("link", link);
    give(path);
    assertEquals(GIVEN, inside.ownership());
    assertEquals(LEFT, link.ownership());
    assertEquals(LEFT, top.ownership());
    assertEquals(LEFT, data.ownership());
  }

  @Test
  void linksLeadToLinks() throws Exception {
    root.put("run", FakeNode.link("top")).put("a", FakeNode.link("run/b"));
    top.put("b", FakeNode.link("/a2/../run/below"));
    root.put("a2", FakeNode.directory());
    give("a");
    assertEquals(GIVEN, below.ownership());
    assertEquals(GIVEN, inside.ownership());
  }

  @ParameterizedTest
  @ValueSource(strings = {"link/inside", "link"})
  void theParentIsTheRealOne(String path) throws Exception {
    FakeNode sibling = FakeNode.file();
    top.put("sibling", sibling);
    root.put("link", FakeNode.link("top/below"));
    give("/link/../sibling");
    assertEquals(GIVEN, sibling.ownership());
    give(path);
    assertEquals(GIVEN, inside.ownership());
  }

  /** The mode of any directory on the way, and its owner. */
  @ParameterizedTest
  @CsvSource({"0775, 0", "0757, 0", "01777, 0", "0755, 5", "0700, 7"})
  void whatOthersCanMakeIsNotFollowed(String mode, long owner) {
    FakeNode open = FakeNode.directory().mode(Integer.parseInt(mode, 8)).owned(owner, 0);
    FakeNode closed = FakeNode.directory().put("link", FakeNode.link("/top/below"));
    root.put("open", open.put("link", FakeNode.link("/top/below")).put("closed", closed));
    isNotFollowed("/open/link", "/open/link");
    isNotFollowed("open/link/inside", "open/link");
    isNotFollowed("/open/closed/link", "/open/closed/link");
    isNotFollowed(
        "/open/../open/closed/../../open/closed/link",
        "/open/../open/closed/../../open/closed/link");
    root.put("to", FakeNode.link("open/closed/link"));
    isNotFollowed("/to/inside", "/open/closed/link");
    root.put("back", FakeNode.link("open/..")).put("there", FakeNode.link("top/below"));
    isNotFollowed("/back/there", "/open/../there");
  }

  @Test
  void norIsOneInAWorkingDirectoryThatOthersCanWriteTo() {
    root.mode(0777);
    root.put("link", FakeNode.link("top/below"));
    isNotFollowed("link", "link");
    isNotFollowed("top/../link", "top/../link");
  }

  @Test
  void norIsOneOfSomebodyElse() {
    top.put("link", FakeNode.link("below").owned(5, 6));
    isNotFollowed("/top/link", "/top/link");
  }

  /** Its text says where it leads to in another process's tree, perhaps. */
  @Test
  void norIsOneOfProc() {
    root.put(
        "proc", FakeNode.directory().device(9).put("1", FakeNode.link("/top/below").device(9)));
    isNotFollowed("/proc/1", "/proc/1");
  }

  @ParameterizedTest
  @CsvSource({"40, true", "41, false"})
  void atMostFortyLinksAreFollowed(int count, boolean followed) throws Exception {
    for (int i = 1; i < count; i++) {
      root.put("l" + i, FakeNode.link("l" + (i + 1)));
    }
    root.put("l" + count, FakeNode.link("top/below"));
    if (followed) {
      give("/l1");
      assertEquals(GIVEN, inside.ownership());
    } else {
      assertFails("/l1", "openat(/l41): Too many levels of symbolic links");
    }
  }

  @Test
  void aLinkThatLeadsNowhereIsAnError() {
    root.put("link", FakeNode.link("top/none/x"));
    assertFails("/link", "openat(/top/none): No such file or directory");
    root.put("long", FakeNode.link("x".repeat(4096)));
    assertFails("/long", "readlink(/long): File name too long");
  }

  @Test
  void whatFailsIsNamed() {
    root.put("link", FakeNode.link("/top"));
    kernel.faults().fail("readlink(/proc/self/fd/3/link)", Errno.EIO);
    assertFails("/link/x", "readlink(/link): Input/output error");
    kernel.faults().fail("fstatat(AT_FDCWD, '')", Errno.EIO);
    assertFails("link/x", "fstatat(link/x): Input/output error");
  }

  @Test
  void aFileThatALinkLeadsToIsCheckedByItsOwnName() throws Exception {
    FakeNode odd = FakeNode.file();
    top.put("x (deleted)", odd).put("link", FakeNode.link("x (deleted)"));
    give("/top/link");
    assertEquals(LEFT, odd.ownership());
    assertEquals(1, warnings.size(), List.of(warnings).toString());
  }
}
