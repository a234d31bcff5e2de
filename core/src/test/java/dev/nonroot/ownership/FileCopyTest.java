package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copying a file of root's for uid 5, gid 6. */
class FileCopyTest extends ProvisionFixture {
  private static final String TEXT = "a password of some length";
  private FakeNode secrets = FakeNode.directory();

  @BeforeEach
  void secret() {
    secrets = FakeNode.directory().put("pw", FakeNode.file().mode(0600).content(TEXT));
    root.put("secrets", secrets);
  }

  private void copy(String source, String target) throws Exception {
    provision(USER).copy(List.of(new FileCopy(source, target)));
  }

  private static void assertIsCopy(FakeNode file) {
    assertTrue(file.ownership().startsWith("5:6 "), file.ownership());
    assertEquals("400", file.permissions());
    assertEquals(TEXT, file.content());
  }

  private void assertFails(String reason, String source, String target) {
    assertSays("--copy " + source + ":" + target + ": " + reason, () -> copy(source, target));
    assertNothingIsLeft(run);
    boolean keeps = reason.startsWith("close(");
    assertEquals(keeps ? 1 : 0, kernel.tree().open(), "every descriptor is closed");
  }

  @Test
  void theCopyIsTheUsersAlone() throws Exception {
    kernel.libC().umask(0777);
    copy("/secrets/pw", "/run/pw");
    assertIsCopy(run.get("pw"));
    assertEquals(Set.of("pw"), run.names());
    assertEquals("0:0 0", secrets.get("pw").ownership());
    assertEquals(0777, kernel.libC().umask(022));
    assertEquals(0, kernel.tree().open());
  }

  @Test
  void anEmptyFileToo() throws Exception {
    secrets.put("empty", FakeNode.file());
    copy("/secrets/empty", "run/empty");
    assertEquals("", run.get("empty").content());
  }

  /** Kubernetes makes volumes of Secrets like that. */
  @Test
  void linksOfRootsAreFollowed() throws Exception {
    secrets.put("..1", FakeNode.directory().put("pw", secrets.get("pw")));
    secrets.put("..data", FakeNode.link("..1"));
    secrets.put("pw", FakeNode.link("..data/pw"));
    copy("/secrets/pw", "/run/pw");
    assertIsCopy(run.get("pw"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5})
  void aSecondStartReplacesTheFirstOnesCopy(long owner) throws Exception {
    run.put("pw", FakeNode.file().owned(owner, 6).mode(0400).content("old"));
    copy("/secrets/pw", "/run/pw");
    assertIsCopy(run.get("pw"));
    assertEquals(Set.of("pw"), run.names());
  }

  @Test
  void whatIsSomebodyElsesIsKept() {
    for (FakeNode there :
        new FakeNode[] {
          FakeNode.file().owned(7, 6),
          FakeNode.file().owned(5, 6).linked(),
          FakeNode.link("/secrets/pw").owned(5, 6),
          FakeNode.directory().owned(5, 6),
          FakeNode.of(0010000).owned(5, 6)
        }) {
      run.put("pw", there);
      assertFails(
          "/run/pw: what is there is not a regular file with one link that the user or root owns,"
              + " and is kept; remove it, or name another path",
          "/secrets/pw",
          "/run/pw");
      assertSame(there, run.get("pw"));
    }
  }

  @Test
  void onlyARegularFileIsCopied() {
    secrets.put("fifo", FakeNode.of(0010000));
    assertFails("/secrets/fifo: it is no regular file", "/secrets/fifo", "/run/pw");
    assertFails("/secrets: it is no regular file", "/secrets", "/run/pw");
    assertFails("openat(/secrets/no): No such file or directory", "/secrets/no", "/run/pw");
  }

  @Test
  void whatOthersCanHavePutThereIsNotCopied() {
    secrets.owned(7, 7);
    assertFails(
        "/secrets/pw: others than root can put another file in its place, so that a user could get"
            + " any file of root's; keep it in a directory that only root can write to",
        "/secrets/pw",
        "/run/pw");
    assertEquals(Set.of(), run.names());
  }

  @Test
  void whoIsNotRootCopiesWhatItCanRead() throws Exception {
    as(Identity.user(5).gid(6).groups(6));
    run.owned(5, 6);
    secrets.owned(7, 7).put("pw", FakeNode.file().owned(5, 6).mode(0600).content(TEXT));
    root.put("secrets", secrets);
    copy("/secrets/pw", "/run/pw");
    assertIsCopy(run.get("pw"));
  }

  @Test
  void aFileThatChangesIsNotCopied() {
    kernel.faults().before("write(", () -> secrets.get("pw").changed(77));
    assertFails("/run/pw: it changes while it is copied", "/secrets/pw", "/run/pw");
  }

  @Test
  void aHugeFileIsNotCopied() {
    secrets.put("huge", FakeNode.file().content("x".repeat((16 << 20) + 1)));
    kernel.tree().writesAll();
    assertFails(
        "/run/pw: it is larger than 16 MiB, the most that is copied", "/secrets/huge", "/run/pw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "read(|5|read(/secrets/pw): Input/output error",
        "write(|28|write(/run/pw): No space left on device",
        "fchmod(|1|fchmod(/run/pw): Operation not permitted",
        "fchownat(|30|fchownat(/run/pw): Read-only file system",
        "renameat2(|28|renameat2(/run/pw): No space left on device",
      })
  void aCallThatFailsIsNamed(String call, int error, String message) {
    kernel.faults().fail(call, error);
    assertFails(message, "/secrets/pw", "/run/pw");
    assertEquals(Set.of(), run.names());
  }

  /** Whichever fails: no copy, or a whole one, and nothing beside it. */
  @Test
  void everyCallMayFail() throws Exception {
    copy("/secrets/pw", "/run/pw");
    int calls = kernel.faults().calls().size();
    for (int n = 1; n <= calls; n++) {
      as(Identity.root());
      secret();
      kernel.faults().failCall(n, Errno.ENOMEM);
      try {
        copy("/secrets/pw", "/run/pw");
      } catch (OwnershipException e) {
        assertEquals("--copy /secrets/pw:/run/pw: ", e.getMessage().substring(0, 28));
      }
      assertNothingIsLeft(run);
      if (run.get("pw") != null) {
        assertIsCopy(run.get("pw"));
      }
    }
  }
}
