package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import java.util.ArrayList;
import java.util.List;

/** A tree that is given to uid 5, gid 6. */
abstract class OwnershipFixture {
  static final Account USER = new Account(5, 6, Groups.of(6), null, "/");
  static final String GIVEN = "5:6 1";
  static final String LEFT = "0:0 0";

  final FakeKernel kernel = new FakeKernel(Identity.root(), 1);
  final FakeNode data = FakeNode.directory();
  final FakeNode file = FakeNode.file();
  final FakeNode outside = FakeNode.file().linked();
  final List<String> warnings = new ArrayList<>();

  OwnershipFixture() {
    kernel.tree().root().put("data", data);
    data.put("file", file);
  }

  final void give(String path) throws Exception {
    give(new OwnRequest(List.of(path), false, false));
  }

  final void giveWithBestEffort(String... paths) throws Exception {
    give(new OwnRequest(List.of(paths), false, true));
  }

  final void give(OwnRequest request) throws Exception {
    int open = kernel.tree().open();
    new Ownership(kernel, kernel.libC(), USER, request, warnings::add).give();
    assertEquals(open, kernel.tree().open(), "every descriptor is closed");
  }

  final void assertSays(String message, String path) {
    assertEquals(message, assertThrows(OwnershipException.class, () -> give(path)).getMessage());
  }

  final long calls(String start) {
    return kernel.faults().calls().stream().filter(call -> call.startsWith(start)).count();
  }

  /** Makes the directory the user's: he may change it at any time. */
  final void isUsers() {
    data.owned(5, 6);
  }

  static FakeNode users(FakeNode node) {
    return node.owned(5, 6);
  }

  final void assertFails(String path, String reason) {
    assertSays("cannot give " + path + " to uid 5: " + reason, path);
    assertEquals(0, calls("fchownat"));
  }
}
