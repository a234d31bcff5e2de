package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody who owns directories makes, moves and removes links while links are counted. */
class HardLinksRaceTest extends OwnershipFixture {
  private static final int ROUNDS = 3000;

  private final FakeNode secret = FakeNode.file();
  private final FakeNode elsewhere = FakeNode.directory();
  private final FakeNode a = FakeNode.directory();
  private final FakeNode z = FakeNode.directory();

  @BeforeEach
  void makeTree() {
    FakeNode etc = FakeNode.directory().put("secret", secret);
    kernel.tree().root().put("etc", etc).put("elsewhere", users(elsewhere));
    data.put("a", users(a)).put("z", users(z));
    isUsers();
  }

  private long now() {
    return kernel.currentTimeMillis() * 1_000_000 + 1;
  }

  private void link(FakeNode directory, String name, FakeNode node) {
    if (!directory.has(name)) {
      directory.changed(now()).put(name, node.linked().changed(now()));
    }
  }

  private void unlink(FakeNode directory, String name) {
    FakeNode node = directory.get(name);
    if (node != null) {
      node.unlinked().changed(now());
      directory.changed(now()).remove(name);
    }
  }

  /** A file system need not set the st_ctim of what is moved. */
  private void move(FakeNode from, String name, FakeNode to, String other, boolean changes) {
    FakeNode node = from.get(name);
    if (node != null && !to.has(other) && node != to) {
      from.changed(now()).remove(name);
      to.changed(now()).put(other, changes ? node.changed(now()) : node);
    }
  }

  private void assertSecretIsLeft() throws Exception {
    give("/data");
    assertEquals(LEFT, secret.ownership());
  }

  /** Before the directory that it comes to is opened, looked at and read. */
  @ParameterizedTest
  @CsvSource({
    "'openat(3, z', true",
    "'openat(3, z', false",
    "'statx(4', true",
    "'statx(4', false",
    "'getdents64(4', true",
    "'getdents64(4', false",
  })
  void aDirectoryThatIsMovedIsNotCountedTwice(String call, boolean changes) throws Exception {
    a.put("moved", users(FakeNode.directory()).put("s", secret.linked()));
    Runnable move = () -> move(a, "moved", z, "moved", changes);
    Runnable entered = () -> kernel.faults().before(call, move);
    kernel.afterPauses(
        1, () -> kernel.faults().before("openat(3, z", call.startsWith("openat") ? move : entered));
    assertSecretIsLeft();
    assertTrue(z.has("moved"));
  }

  @Test
  void aLinkThatIsMadeIsNotCounted() throws Exception {
    link(a, "s", secret);
    secret.changed(1);
    kernel.afterPauses(1, () -> kernel.faults().before("openat(3, z", () -> link(z, "s", secret)));
    assertSecretIsLeft();
  }

  @Test
  void aLinkThatIsMovedIsNotCountedTwice() throws Exception {
    a.put("s", secret.linked());
    kernel.afterPauses(
        1, () -> kernel.faults().before("openat(3, z", () -> move(a, "s", z, "s", false)));
    assertSecretIsLeft();
  }

  /** All links but the one outside are counted, and one of them goes before the second walk. */
  @Test
  void aLinkThatIsRemovedAfterTheCount() throws Exception {
    a.put("s", secret.linked());
    z.put("s", secret.linked());
    kernel.afterPauses(
        1,
        () ->
            kernel.faults().before("openat(4, s, O_PATH", () -> secret.unlinked().changed(now())));
    assertSecretIsLeft();
    assertEquals(1, warnings.size(), warnings.toString());
  }

  @Test
  void whatIsExchangedForAFileThatIsCompleteIsLookedAtAgain() throws Exception {
    FakeNode complete = FakeNode.file().linked();
    a.put("c", complete);
    z.put("c", complete);
    kernel.afterPauses(
        1, () -> kernel.faults().before("openat(4, c, O_PATH", () -> a.put("c", secret)));
    secret.linked();
    assertSecretIsLeft();
    assertEquals(GIVEN, complete.ownership(), "by its other link");
  }

  /** Which cannot be told from one that has changed since. */
  @Test
  void aFileThatHasJustChangedIsLeftAlone() throws Exception {
    FakeNode complete = FakeNode.file().linked();
    a.put("c", complete);
    z.put("c", complete);
    kernel.afterPauses(1, () -> complete.changed(now()));
    give("/data");
    assertEquals(LEFT, complete.ownership());
    assertEquals(1, warnings.size());
  }

  /** The kernel gives the number of a file that is gone to another one. */
  @Test
  void aFileWithTheNumberOfAnotherIsNotTakenForThat() throws Exception {
    FakeNode complete = FakeNode.file().linked();
    a.put("c", complete);
    z.put("c", complete);
    Runnable exchange = () -> a.put("c", secret.linked().numbered(complete).changed(now()));
    kernel.afterPauses(1, () -> kernel.faults().before("openat(4, c, O_PATH", exchange));
    assertSecretIsLeft();
  }

  @Test
  void aTreeThatChangesAllTheTimeIsLeftAloneAfterAWhile() throws Exception {
    FakeNode complete = FakeNode.file().linked();
    a.put("c", complete);
    z.put("c", complete);
    for (int pause = 1; pause < 10; pause++) {
      kernel.afterPauses(
          pause, () -> kernel.faults().before("openat(3, z", () -> z.changed(now())));
    }
    give("/data");
    assertEquals(LEFT, complete.ownership());
    assertEquals(3, kernel.pauses());
    assertEquals(
        List.of(
            "/data/a/c and 1 more are left as they are: whether there is a link outside of what"
                + " --own names cannot be told, as the tree changes all the time; if the user needs"
                + " them, chown them to uid 5"),
        warnings);
  }

  /** As it was when it was given. */
  @Test
  void aTreeThatHasChangedIsCountedAgain() throws Exception {
    FakeNode complete = FakeNode.file().linked();
    a.put("c", complete);
    z.put("c", complete);
    kernel.afterPauses(1, () -> kernel.faults().before("openat(3, z", () -> z.changed(now())));
    give("/data");
    assertEquals(GIVEN, complete.ownership());
    assertEquals(2, kernel.pauses());
  }

  /** At any call, somebody does anything that the owner of these directories can. */
  @Test
  void whateverSomebodyDoesNothingWithALinkOutsideIsGiven() throws Exception {
    int given = 0;
    int counted = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      HardLinksRaceTest round = new HardLinksRaceTest();
      round.makeTree();
      FakeNode complete = FakeNode.file().linked();
      round.a.put("c", complete);
      round.z.put("c", complete);
      round.a.put("s", round.secret.linked());
      round.attack(new Random(seed), seed % 4 < 2);
      round.give(
          new OwnRequest(
              seed % 2 == 0 ? List.of("/data") : List.of("/data/a", "/data"), false, true));
      assertEquals(LEFT, round.secret.ownership(), "seed " + seed);
      given += complete.ownership().equals(GIVEN) ? 1 : 0;
      counted += round.kernel.pauses() > 0 ? 1 : 0;
    }
    assertTrue(given > ROUNDS / 20 && counted > ROUNDS / 2, given + " given, " + counted);
  }

  private void attack(Random random, boolean movesOnly) {
    int often = 1 + random.nextInt(movesOnly ? 12 : 60);
    List<FakeNode> directories = new ArrayList<>(List.of(data, a, z, elsewhere));
    for (String name : new String[] {"d", "e"}) {
      FakeNode directory = users(FakeNode.directory());
      directories.get(random.nextInt(4)).put(name, directory);
      directories.add(directory);
    }
    Runnable[] again = new Runnable[1];
    again[0] =
        () -> {
          kernel.faults().before("", again[0]);
          if (random.nextInt(often) == 0) {
            change(random, directories, movesOnly);
          }
        };
    kernel.faults().before("", again[0]);
  }

  private void change(Random random, List<FakeNode> directories, boolean movesOnly) {
    FakeNode one = directories.get(random.nextInt(directories.size()));
    FakeNode other = directories.get(random.nextInt(directories.size()));
    String name = "s" + random.nextInt(3);
    switch (movesOnly ? 3 + random.nextInt(4) : random.nextInt(5)) {
      case 0, 1 -> link(one, name, secret);
      case 2 -> unlink(one, name);
      case 3 -> move(one, name, other, "s" + random.nextInt(3), random.nextBoolean());
      default -> {
        String directory = random.nextBoolean() ? "d" : "e";
        FakeNode moved = one.get(directory);
        if (moved != null && !moved.contains(other)) {
          move(one, directory, other, directory, random.nextBoolean());
        }
      }
    }
  }
}
