package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that fail while a tree is given: an error, or something to leave alone. */
class OwnershipFailureTest extends OwnershipFixture {
  private static final String FIXED = "; it is immutable or append-only (chattr -i -a ends that)";
  private static final String REFUSES =
      "; CAP_CHOWN is there, so its file system refuses it (NFS with root_squash: chown it on the"
          + " server), or the user namespace does not map its owner";
  private static final String NEEDED = "; if the user needs it, chown it to uid 5";

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

  @Test
  void whatIsLeftAloneIsToldOfAlsoWhereTheWalkFails() {
    data.put("a", FakeNode.of(0020000));
    kernel.faults().fail("fchownat(3, ''", Errno.EIO);
    assertSays("cannot give /data to uid 5: fchownat(/data): Input/output error", "/data");
    assertEquals(1, warnings.size());
  }

  private void holds(String capabilities) throws Exception {
    long set = Long.decode(capabilities);
    assertEquals(0, kernel.libC().capset(set, set, 0));
  }

  /** Which are on it for the time of a bind mount, or all of it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsOnAReadOnlyMountIsLeftAlone(boolean bestEffort) throws Exception {
    FakeNode below = FakeNode.directory().failing(Errno.EROFS);
    FakeNode config = FakeNode.file().failing(Errno.EROFS);
    data.put("below", below.put("config", config)).put("z", outside.unlinked());
    give(new OwnRequest(List.of("/data", "/data/below"), false, bestEffort));
    assertEquals(LEFT, config.ownership());
    assertEquals(GIVEN, outside.ownership());
    assertEquals(GIVEN, data.ownership());
    String reason =
        " and 1 more are left as they are: the mount is read-only; if the user needs them, chown"
            + " them to uid 5";
    assertEquals(List.of("/data/below/config" + reason, "/data/below/config" + reason), warnings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data", "/data/file"})
  void aPathOnAReadOnlyMountIsLeftAlone(String path) throws Exception {
    data.failing(Errno.EROFS);
    file.failing(Errno.EROFS);
    give(path);
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("/data/file "), warnings.toString());
    warnings.clear();
    users(data);
    users(file);
    give(path);
    assertEquals(List.of(), warnings);
  }

  @ParameterizedTest
  @CsvSource({"0x10, true", "0x20, true", "0x4, false", "0, false"})
  void aRefusalIsExplained(String attributes, boolean fixed) {
    file.failing(Errno.EPERM).attributes(Long.decode(attributes));
    assertSays(
        "cannot give /data to uid 5: fchownat(/data/file): Operation not permitted"
            + (fixed ? FIXED : REFUSES),
        "/data");
  }

  @Test
  void whereStatxIsNotKnownItIsExplainedAsWellAsItCanBe() {
    file.failing(Errno.EPERM).attributes(0x10);
    kernel.faults().fail("statx(", Errno.ENOSYS);
    assertSays(
        "cannot give /data to uid 5: fchownat(/data/file): Operation not permitted" + REFUSES,
        "/data");
    kernel.faults().fail("capget(", Errno.EINVAL);
    assertSays(
        "cannot give /data to uid 5: fchownat(/data/file): Operation not permitted", "/data");
  }

  @ParameterizedTest
  @CsvSource({
    "fchownat, /data/file, EPERM, Operation not permitted, 0xfe, CHOWN",
    "openat, /, EACCES, Permission denied, 0xf9, DAC_READ_SEARCH",
  })
  void theMissingCapabilityIsNamed(
      String call, String path, String error, String text, String held, String capability)
      throws Exception {
    kernel.faults().fail(call, error.equals("EPERM") ? Errno.EPERM : Errno.EACCES);
    holds(held);
    assertSays(
        ("cannot give /data to uid 5: " + call + "(" + path + "): " + text)
            + ("; the launcher lacks CAP_" + capability + " (docker run --cap-add " + capability)
            + ", securityContext.capabilities.add)",
        "/data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x2", "0x4"})
  void whoeverMayReadIsNotToldThatACapabilityIsMissing(String held) throws Exception {
    kernel.faults().fail("openat(4, .", Errno.EACCES);
    holds(held);
    assertSays(
        "cannot give /data to uid 5: openat(/data): Permission denied; CAP_DAC_READ_SEARCH or"
            + " CAP_DAC_OVERRIDE is there, so its file system refuses it (NFS with root_squash:"
            + " chown it on the server)",
        "/data");
  }

  @Test
  void aCallThatNoCapabilityIsAboutBlamesNone() {
    kernel.faults().fail("openat(AT_FDCWD, /", Errno.EPERM);
    assertSays("cannot give /data to uid 5: openat(/): Operation not permitted", "/data");
  }

  @Test
  void withBestEffortWhatFailsIsLeftAlone() throws Exception {
    FakeNode last = FakeNode.file();
    data.put("a", FakeNode.file().failing(Errno.EPERM)).put("b", FakeNode.file());
    data.put("c", FakeNode.file().failing(Errno.EPERM)).put("x", FakeNode.directory());
    data.put("e", FakeNode.directory().failing(Errno.EPERM)).put("z", last);
    kernel.faults().fail("openat(3, x", Errno.EIO);
    kernel.faults().fail("fchownat(3, b", Errno.EDQUOT);
    giveWithBestEffort("/data");
    assertEquals(GIVEN, last.ownership());
    assertEquals(GIVEN, data.ownership());
    assertEquals(
        List.of(
            ("/data/a and 2 more are left as they are: fchownat: Operation not permitted" + REFUSES)
                + "; if the user needs them, chown them to uid 5",
            "/data/b is left as it is: fchownat: Disk quota exceeded" + NEEDED,
            "/data/x is left as it is: openat: Input/output error" + NEEDED),
        warnings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "getdents64(4|/data/below|getdents64",
        "fstatat(4, ''|/data/below|fstatat",
        "fstatat(4, inside|/data/below/inside|fstatat",
        "openat(4, inside|/data/below/inside|openat",
        "readlink(/proc/self/fd/5)|/data/below/inside|readlink",
        "fstatat(5, ''|/data/below/inside|fstatat",
        "fchownat(5, ''|/data/below/inside|fchownat",
        "fchownat(4, ''|/data/below|fchownat",
      })
  void withBestEffortTheWalkGoesOn(String call, String path, String named) throws Exception {
    data.put("below", FakeNode.directory().mode(0777).put("inside", FakeNode.file()));
    FakeNode last = FakeNode.file();
    data.put("z", last);
    kernel.faults().before("openat(3, below", () -> kernel.faults().fail(call, Errno.EIO));
    giveWithBestEffort("/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(GIVEN, last.ownership());
    assertEquals(GIVEN, data.ownership());
    assertEquals(
        List.of(path + " is left as it is: " + named + ": Input/output error" + NEEDED), warnings);
  }

  /** It may be another's by then. */
  @Test
  void aDirectoryThatCannotBeLookedAtAgainIsNotTakenForRootsAlone() throws Exception {
    data.put("below", FakeNode.directory()).put("z", FakeNode.file());
    kernel
        .faults()
        .before("fchownat(4, ''", () -> kernel.faults().fail("fstatat(3, ''", Errno.EIO));
    giveWithBestEffort("/data");
    assertEquals(1, calls("openat(3, file, O_PATH"));
    assertEquals(1, calls("openat(3, z, O_PATH"));
    assertEquals(1, warnings.size());
  }

  @Test
  void withBestEffortAPathThatFailsIsAWarning() throws Exception {
    data.put("link", users(FakeNode.link()));
    giveWithBestEffort("/none", "/data/link", "/data/file/x", "/data");
    assertEquals(GIVEN, file.ownership());
    assertEquals(
        List.of(
            "cannot give /none to uid 5: openat(/none): No such file or directory",
            "cannot give /data/link to uid 5: /data/link is a symbolic link that others than root"
                + " can change or have made, and is not followed; name the path that it leads to",
            "cannot give /data/file/x to uid 5: openat(/data/file/x): Not a directory"),
        warnings);
  }
}
