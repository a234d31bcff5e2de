package dev.nonroot.launch;

import static dev.nonroot.launch.LaunchFixture.NO_WARNING;
import static dev.nonroot.launch.LaunchFixture.assertEnds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.Executed;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.Identity;
import dev.nonroot.posix.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of a command; that of open files is 1024:4096 before. */
class LimitsTest {
  private static final int NOFILE = 7;

  private final LaunchFixture root = fixture(Identity.root());
  private final LaunchFixture user = fixture(Identity.user(2000));

  private static LaunchFixture fixture(Identity identity) {
    LaunchFixture fixture = new LaunchFixture(identity);
    fixture.kernel.file("/bin/cmd", FakeFile.of("").owned(0, 0755));
    return fixture;
  }

  private static void launch(LaunchFixture fixture) throws Exception {
    LaunchRun launch = fixture.as("app");
    launch.plan();
    launch.stepDown(NO_WARNING);
    throw launch.exec();
  }

  private static void assertLimit(LaunchFixture fixture, int resource, long soft, long hard)
      throws Exception {
    long[] limits = new long[2];
    assertEquals(0, fixture.kernel.libC().getrlimit(resource, limits));
    assertArrayEquals(new long[] {soft, hard}, limits);
  }

  private static List<String> limitCalls(LaunchFixture fixture) {
    return fixture.kernel.faults().calls().stream().filter(call -> call.contains("limit")).toList();
  }

  @Test
  void aHardLimitIsRaisedByRootAndTheRestIsSetLast() throws Exception {
    root.limit("nofile=10:5000").limit("core=0");
    assertThrows(Executed.class, () -> launch(root));
    assertEquals(
        List.of(
            "getrlimit(7)",
            "setrlimit(7, 1024, 5000)",
            "getrlimit(4)",
            "setrlimit(7, 10, 5000)",
            "setrlimit(4, 0, 0)"),
        limitCalls(root));
    List<String> calls = root.kernel.faults().calls();
    assertEquals(
        List.of("access(, 0)", "setrlimit(7, 10, 5000)", "setrlimit(4, 0, 0)", "execve(/bin/cmd)"),
        calls.subList(calls.size() - 4, calls.size()));
    assertTrue(calls.indexOf("setrlimit(7, 1024, 5000)") < calls.indexOf("setuid(0)"));
    assertLimit(root, NOFILE, 10, 5000);
    assertLimit(root, 4, 0, 0);
  }

  @Test
  void unlimitedIsTheHighest() throws Exception {
    root.limit("nofile=unlimited");
    assertThrows(Executed.class, () -> launch(root));
    assertLimit(root, NOFILE, -1, -1);
  }

  @Test
  void whoIsNotRootMayLowerThem() throws Exception {
    user.limit("nofile=4096");
    assertThrows(Executed.class, () -> launch(user));
    assertLimit(user, NOFILE, 4096, 4096);
  }

  @Test
  void whoIsNotRootMayNotRaiseThem() throws Exception {
    user.limit("nofile=10:4097");
    assertEnds(
        125,
        "setrlimit(nofile, 1024, 4097): Operation not permitted" + Messages.FIX_LIMIT,
        () -> launch(user));
    assertLimit(user, NOFILE, 1024, 4096);
  }

  @Test
  void ofTwoTheLastCounts() throws Exception {
    user.limit("nofile=3:5000").limit("nofile=4").limit("core=1").limit("nofile=5");
    assertThrows(Executed.class, () -> launch(user));
    assertLimit(user, NOFILE, 5, 5);
  }

  @Test
  void whatFailsIsNamed() throws Exception {
    root.limit("nofile=1:unlimited");
    root.kernel.faults().fail("setrlimit(7, 1,", Errno.EINVAL);
    assertEnds(125, "setrlimit(nofile, 1, unlimited): Invalid argument", () -> launch(root));
    root.kernel.faults().fail("getrlimit(7", Errno.EINVAL);
    assertEnds(125, "getrlimit(nofile): Invalid argument", () -> launch(fixtureWithFailingGet()));
  }

  private static LaunchFixture fixtureWithFailingGet() throws Exception {
    LaunchFixture fixture = fixture(Identity.root()).limit("nofile=1");
    fixture.kernel.faults().fail("getrlimit(7", Errno.EINVAL);
    return fixture;
  }
}
