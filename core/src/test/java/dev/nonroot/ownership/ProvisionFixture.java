package dev.nonroot.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.FakeNode;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import java.util.ArrayList;
import java.util.List;

/** Root makes things for uid 5, gid 6, in {@code /run}. */
abstract class ProvisionFixture {
  static final Account USER = new Account(5, 6, Groups.of(6, 7), null, "/");

  FakeKernel kernel = new FakeKernel(Identity.root(), 1);
  FakeNode root = kernel.tree().root();
  FakeNode run = FakeNode.directory();
  final List<String> warnings = new ArrayList<>();

  ProvisionFixture() {
    root.put("run", run);
  }

  /** Starts anew, as somebody. */
  final void as(Identity identity) {
    kernel = new FakeKernel(identity, 1);
    root = kernel.tree().root();
    run = FakeNode.directory();
    root.put("run", run);
  }

  final Provision provision(Account user) throws Exception {
    return new Provision(
        kernel, kernel.libC(), kernel.credentials(FakeKernel.PID), user, warnings::add);
  }

  final long calls(String start) {
    return kernel.faults().calls().stream().filter(call -> call.startsWith(start)).count();
  }

  static void assertNothingIsLeft(FakeNode directory) {
    assertTrue(
        directory.names().stream().noneMatch(name -> name.startsWith(".nonroot")),
        directory.names().toString());
  }

  static void assertSays(String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(OwnershipException.class, executable).getMessage());
  }
}
