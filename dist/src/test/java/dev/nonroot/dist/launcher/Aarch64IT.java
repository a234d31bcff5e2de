package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The launcher for aarch64 under qemu's user mode, where there was a cross compiler; else there is
 * nothing to test. qemu has a thread of its own, which stays root until the exec ends it.
 */
class Aarch64IT {
  private static final Path BINARY =
      Tree.root().resolve("../../../native/target/native-aarch64/bin/nonroot").normalize();

  @TestFactory
  Stream<DynamicTest> whereItWasBuilt() {
    if (!Files.exists(BINARY)) {
      System.out.println("no " + BINARY + ", as there is no cross compiler: nothing to test");
      return Stream.of();
    }
    return Stream.of(
        DynamicTest.dynamicTest("version", this::version),
        DynamicTest.dynamicTest("dry run", this::dryRun),
        DynamicTest.dynamicTest("command of a user", this::commandOfAUser),
        DynamicTest.dynamicTest("step-down", this::stepDown));
  }

  private static Run qemu(List<String> caller, String... args) throws IOException {
    Path copy = Open.directory().resolve("nonroot-aarch64");
    if (!Files.exists(copy)) {
      Files.copy(BINARY, copy);
      assertTrue(
          copy.toFile().setExecutable(true, false) && copy.toFile().setReadable(true, false));
    }
    List<String> all = new ArrayList<>(caller);
    all.addAll(List.of("qemu-aarch64", copy.toString()));
    all.addAll(List.of(args));
    return Run.of(all);
  }

  private void version() throws Exception {
    assertTrue(assertRuns(qemu(List.of(), "--version").go()).startsWith("nonroot "));
  }

  private void dryRun() throws Exception {
    String plan = assertRuns(qemu(List.of(), "--dry-run", "-u", "10001", "id", "-u").go());
    assertTrue(plan.contains("command: id -u\n"), plan);
  }

  private void commandOfAUser() throws Exception {
    Root.required();
    List<String> user = List.of("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups");
    assertEquals(
        "10001 a b\n", assertRuns(qemu(user, "-u", "1", "sh", "-c", "echo $(id -u) a b").go()));
  }

  private void stepDown() throws Exception {
    Root.required();
    String seen = assertRuns(qemu(List.of(), "-u", "10001:33", "cat", "/proc/self/status").go());
    new Status(seen).assertIds(10001, 33, "33");
  }
}
