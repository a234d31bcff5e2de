package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The directory is the user's, who puts something else in the place of what is there before each
 * call, or does not.
 */
class ProvisionRaceTest extends ProvisionFixture {
  private static final int ROUNDS = 5000;

  private FakeNode file;
  private FakeNode key;
  private FakeNode directory;

  /** Root's files, which the user can link or move, and must not get. */
  private void makeVictims() {
    file = FakeNode.file().mode(0600).content("secret").linked();
    key = FakeNode.file().mode(0600).content("key");
    directory = FakeNode.directory().mode(0700).put("key", key);
    root.put("shadow", file);
  }

  private void assertIsUnchanged() {
    assertEquals("0:0 0 600 secret", describe(file));
    assertEquals("0:0 0 600 key", describe(key));
    assertEquals("0:0 0 700 ", describe(directory));
    assertSame(key, directory.get("key"));
    assertSame(file, root.get("shadow"));
  }

  private static String describe(FakeNode node) {
    return node.ownership() + " " + node.permissions() + " " + node.content();
  }

  private void attack(Random random, String target) {
    if (random.nextInt(4) > 0) {
      return;
    }
    List<String> names = new ArrayList<>(run.names());
    names.add(target);
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(8)) {
      case 0 -> run.put(name, file);
      case 1 -> run.put(name, directory);
      case 2 -> run.put(name, FakeNode.link("/shadow").owned(5, 6));
      case 3 -> run.put(name, FakeNode.of(0010000).owned(5, 6));
      case 4 -> run.put(name, FakeNode.directory().owned(5, 6));
      case 5 -> run.put(name, FakeNode.file().owned(5, 6));
      default -> run.remove(name);
    }
  }

  /** Returns how many rounds went well. */
  private int play(String target, Attempt attempt) throws Exception {
    int made = 0;
    for (int round = 0; round < ROUNDS; round++) {
      as(Identity.root());
      run.owned(5, 6);
      makeVictims();
      Random random = new Random(round);
      kernel.faults().beforeEach(() -> attack(random, target));
      try {
        attempt.run();
        made++;
      } catch (OwnershipException e) {
        assertTrue(e.getMessage().startsWith("--"), e.getMessage());
      }
      assertIsUnchanged();
    }
    return made;
  }

  private interface Attempt {
    void run() throws Exception;
  }

  @Test
  void aNewDirectory() throws Exception {
    List<NewDirectory> wanted = List.of(new NewDirectory("/run/app", 0755));
    int made = play("app", () -> provision(USER).make(wanted));
    assertTrue(made > ROUNDS / 10 && made < ROUNDS * 9 / 10, made + " of " + ROUNDS);
  }

  /** What is copied is root's own, in a directory of root's. */
  @Test
  void aCopy() throws Exception {
    List<FileCopy> wanted = List.of(new FileCopy("/pw", "/run/pw"));
    int made =
        play(
            "pw",
            () -> {
              root.put("pw", FakeNode.file().mode(0600).content("password"));
              provision(USER).copy(wanted);
              assertEquals("password", root.get("pw").content());
            });
    assertTrue(made > ROUNDS / 10 && made < ROUNDS * 9 / 10, made + " of " + ROUNDS);
  }

  /** A source where the user can put another file is not read at all. */
  @Test
  void aSourceOfTheUsers() throws Exception {
    List<FileCopy> wanted = List.of(new FileCopy("/run/pw", "/copy"));
    int made = play("pw", () -> provision(USER).copy(wanted));
    assertEquals(0, made);
    assertNull(root.get("copy"));
  }
}
