package dev.nonroot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import dev.nonroot.system.FileStatus;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Decimal;
import dev.nonroot.text.Words;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small values that all the rest is made of. */
class ValuesTest {
  @Test
  void groupsAreASet() {
    Groups groups = Groups.of(5, 1, 5, 4294967294L, 0, 1);
    assertEquals("0,1,5,4294967294", groups.toString());
    assertArrayEquals(new long[] {0, 1, 5, 4294967294L}, groups.toArray());
    assertArrayEquals(new int[] {0, 1, 5, -2}, groups.toGidArray());
    assertEquals(4, groups.size());
    assertTrue(groups.contains(0));
    assertTrue(groups.contains(4294967294L));
    assertFalse(groups.contains(2));
    assertEquals(groups, Groups.of(4294967294L, 5, 1, 0));
    assertEquals(groups.hashCode(), Groups.of(4294967294L, 5, 1, 0).hashCode());
    assertNotEquals(groups, Groups.of(0, 1, 5));
    assertNotEquals(groups, (Object) "0,1,5,4294967294");
    assertEquals(Groups.of(0, 1, 5), groups.without(4294967294L));
    assertEquals(groups, groups.without(3));
    assertEquals(Groups.of(1, 2, 3), Groups.of(3, 1).with(Groups.of(2, 1)));
    assertEquals("none", Groups.NONE.toString());
    assertEquals(Groups.NONE, Groups.of());
    assertEquals(Groups.NONE, Groups.of(7).without(7));
  }

  @Test
  void credentialsAreEqualIfEveryPartIs() {
    Credentials first = new Credentials(ids(1), ids(2), Groups.of(3), sets(4), true, 2);
    assertEquals(first, new Credentials(ids(1), ids(2), Groups.of(3), sets(4), true, 2));
    assertEquals(
        first.hashCode(),
        new Credentials(ids(1), ids(2), Groups.of(3), sets(4), true, 2).hashCode());
    assertNotEquals(first, new Credentials(ids(9), ids(2), Groups.of(3), sets(4), true, 2));
    assertNotEquals(first, new Credentials(ids(1), ids(9), Groups.of(3), sets(4), true, 2));
    assertNotEquals(first, new Credentials(ids(1), ids(2), Groups.of(9), sets(4), true, 2));
    assertNotEquals(first, new Credentials(ids(1), ids(2), Groups.of(3), sets(9), true, 2));
    assertNotEquals(first, new Credentials(ids(1), ids(2), Groups.of(3), sets(4), false, 2));
    assertNotEquals(first, new Credentials(ids(1), ids(2), Groups.of(3), sets(4), true, 0));
    assertNotEquals(new Ids(1, 1, 1, 1), new Ids(9, 1, 1, 1));
    assertNotEquals(new Ids(1, 1, 1, 1), new Ids(1, 9, 1, 1));
    assertNotEquals(new Ids(1, 1, 1, 1), new Ids(1, 1, 9, 1));
    assertNotEquals(new Ids(1, 1, 1, 1), new Ids(1, 1, 1, 9));
    assertNotEquals(sets(1), new CapabilitySets(9, 1, 1, 1, 1));
    assertNotEquals(sets(1), new CapabilitySets(1, 9, 1, 1, 1));
    assertNotEquals(sets(1), new CapabilitySets(1, 1, 9, 1, 1));
    assertNotEquals(sets(1), new CapabilitySets(1, 1, 1, 9, 1));
    assertNotEquals(sets(1), new CapabilitySets(1, 1, 1, 1, 9));
  }

  private static Ids ids(long id) {
    return new Ids(id, id, id, id);
  }

  private static CapabilitySets sets(long set) {
    return new CapabilitySets(set, set, set, set, set);
  }

  @Test
  void groupsDoNotChange() {
    long[] ids = {2, 1};
    Groups groups = Groups.of(ids);
    ids[0] = 0;
    groups.toArray()[0] = 0;
    assertEquals("1,2", groups.toString());
  }

  @Test
  void idsAreFour() {
    Ids ids = new Ids(5, 6, 7, 8);
    assertTrue(ids.anyIs(5) && ids.anyIs(6) && ids.anyIs(7) && ids.anyIs(8));
    assertFalse(ids.anyIs(0));
    assertEquals(5, ids.min());
    assertEquals(1, new Ids(4, 3, 2, 1).min());
    assertEquals("5 6 7 8", ids.toString());
    assertTrue(new Ids(5, 5, 5, 5).allAre(5));
    for (Ids odd :
        new Ids[] {
          new Ids(0, 5, 5, 5), new Ids(5, 0, 5, 5), new Ids(5, 5, 0, 5), new Ids(5, 5, 5, 0)
        }) {
      assertFalse(odd.allAre(5));
      assertTrue(odd.anyIs(0));
      assertEquals(0, odd.min());
    }
  }

  @Test
  void anyUidThatIsZeroIsRoot() {
    assertTrue(Identity.root().credentials().isRoot());
    assertTrue(Identity.user(5).uid(0, 5, 5, 5).credentials().isRoot());
    assertTrue(Identity.user(5).uid(5, 0, 5, 5).credentials().isRoot());
    assertTrue(Identity.user(5).uid(5, 5, 0, 5).credentials().isRoot());
    assertTrue(Identity.user(5).uid(5, 5, 5, 0).credentials().isRoot());
    assertFalse(Identity.user(5).gid(0).groups(0).credentials().isRoot());
  }

  @Test
  void setIdIsADifferentEffectiveId() {
    assertFalse(Identity.user(5).credentials().isSetId());
    assertTrue(Identity.user(5).uid(5, 0, 0, 0).credentials().isSetId());
    assertTrue(Identity.user(5).gid(5, 0, 0, 0).credentials().isSetId());
  }

  @Test
  void capabilitiesOfWhoIsNotRootAreAmbientOrOfTheFile() {
    Identity user = Identity.user(5);
    assertFalse(Identity.root().credentials().hasCapabilitiesOfFile());
    assertFalse(user.credentials().hasCapabilitiesOfFile());
    assertTrue(user.permittedAndEffective(0x400).credentials().hasCapabilitiesOfFile());
    CapabilitySets ambient = new CapabilitySets(0x400, 0x400, 0x400, 0x400, 0x400);
    assertFalse(user.capabilities(ambient).credentials().hasCapabilitiesOfFile());
  }

  @Test
  void heldIsWhatCanBeUsed() {
    assertEquals(0b1101, new CapabilitySets(0b10_0000, 1, 4, 0b10_0000, 8).held());
    assertEquals(0, CapabilitySets.EMPTY.held());
  }

  @ParameterizedTest
  @CsvSource({
    "CHOWN, 0",
    "CAP_CHOWN, 0",
    "cap_setpcap, 8",
    "SetUid, 7",
    "setgid, 6",
    "net_bind_service, 10",
    "SYS_ADMIN, 21",
    "CHECKPOINT_RESTORE, 40",
    "'', -1",
    "CAP_, -1",
    "CAP_CAP_CHOWN, -1",
    "0, -1",
    "ALL, -1",
    "CHOWN , 0",
    "'CHOWN ', -1",
  })
  void capabilitiesHaveNumbers(String name, int number) {
    assertEquals(number, Capability.number(name));
  }

  @Test
  void aTurkishLocaleHasTheSameCapabilities() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertEquals(10, Capability.number("net_bind_service"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void capabilitiesHaveNames() {
    assertEquals("", Capability.names(0));
    assertEquals("CHOWN", Capability.names(1));
    assertEquals(
        "SETGID SETUID CHECKPOINT_RESTORE 41 63", Capability.names(0x8000_0300_0000_00c0L));
    assertTrue(Capability.in(0x80, Capability.SETUID));
    assertFalse(Capability.in(0x40, Capability.SETUID));
    assertTrue(Capability.in(Long.MIN_VALUE, 63));
  }

  @Test
  void bytesAreChars() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertArrayEquals(all, Bytes.of(Bytes.toString(all)));
    assertEquals("\u0080\u00ff", Bytes.toString(all, 128, 129) + Bytes.toString(all, 255, 256));
    assertThrows(IllegalArgumentException.class, () -> Bytes.of("\u0100"));
  }

  @Test
  void wordsAreSplit() {
    assertEquals(List.of(""), Words.split("", ','));
    assertEquals(List.of("a"), Words.split("a", ','));
    assertEquals(List.of("", "a", "", "b", ""), Words.split(",a,,b,", ','));
    assertArrayEquals(new String[] {"a", "b"}, Words.split("\n a\t b \n"));
    assertArrayEquals(new String[0], Words.split(" \n"));
    assertEquals(4294967295L, Decimal.unsigned("4294967295"));
    assertEquals(-1, Decimal.unsigned("4294967296"));
    assertEquals(-1, Decimal.unsigned("99999999999999999999999"));
    assertEquals(-1, Decimal.unsigned(""));
    assertEquals(-1, Decimal.unsigned("-1"));
  }

  @Test
  void onlyRootWritesAFileThatIsItsOwn() {
    assertFalse(new FileStatus(true, 0, 0644).isWritableByNonRoot());
    assertFalse(new FileStatus(true, 0, 0755).isWritableByNonRoot());
    assertTrue(new FileStatus(true, 0, 0664).isWritableByNonRoot());
    assertTrue(new FileStatus(true, 0, 0646).isWritableByNonRoot());
    assertTrue(new FileStatus(true, 1000, 0400).isWritableByNonRoot());
  }

  @Test
  void exitCodesAreThoseOfTheContract() {
    assertEquals(0, ExitCode.OK);
    assertEquals(71, ExitCode.STEP_DOWN_FAILED);
    assertEquals(77, ExitCode.REFUSED);
    assertEquals(78, ExitCode.CONFIGURATION);
    assertEquals(125, ExitCode.LAUNCHER_FAILED);
    assertEquals(126, ExitCode.CANNOT_INVOKE);
    assertEquals(127, ExitCode.NOT_FOUND);
  }
}
