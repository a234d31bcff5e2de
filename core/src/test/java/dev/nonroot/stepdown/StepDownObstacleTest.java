package dev.nonroot.stepdown;

import static dev.nonroot.stepdown.StepDownFixture.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.nonroot.account.Account;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Groups;
import dev.nonroot.process.IdentityException;
import dev.nonroot.process.Proc;
import dev.nonroot.stepdown.StepDown.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known beforehand to stand against a step-down. */
class StepDownObstacleTest {
  private final FakeKernel kernel = new FakeKernel(Identity.root(), 3);

  private String obstacle(Account target) throws IdentityException {
    Proc proc = new Proc(kernel);
    return StepDown.obstacle(proc, proc.credentials(), target, Scope.ALL_THREADS);
  }

  @AfterEach
  void nothingWasCalled() {
    assertEquals(0, kernel.faults().calls().size());
  }

  @Test
  void nothingStandsAgainstAnOrdinaryRoot() throws Exception {
    assertNull(obstacle(APP));
    kernel.become(FakeKernel.PID, Identity.root().permittedAndEffective(0xc0));
    assertNull(obstacle(APP));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x40, 0x80, 0x1ff_ffff_ff3fL})
  void capabilitiesAreNeeded(long set) throws Exception {
    kernel.become(FakeKernel.PID, Identity.root().permittedAndEffective(set));
    assertEquals("it lacks CAP_SETUID or CAP_SETGID", obstacle(APP));
  }

  @Test
  void theyAreNeededInTheEffectiveSet() throws Exception {
    CapabilitySets notEffective = new CapabilitySets(-1, -1, 0, -1, 0);
    kernel.become(FakeKernel.PID, Identity.root().capabilities(notEffective));
    assertEquals("it lacks CAP_SETUID or CAP_SETGID", obstacle(APP));
  }

  @Test
  void threadsHaveToBeListed() throws Exception {
    kernel.unlistable("Permission denied");
    assertEquals(
        "/proc/self/task, which has to prove it, cannot be read: Permission denied", obstacle(APP));
    Proc proc = new Proc(kernel);
    assertNull(StepDown.obstacle(proc, proc.credentials(), APP, Scope.THREAD_THAT_EXECS));
  }

  @Test
  void setgroupsHasToBeAllowed() throws Exception {
    kernel.denySetgroups();
    assertEquals("its user namespace denies setgroups", obstacle(APP));
  }

  @Test
  void everyIdHasToBeMapped() throws Exception {
    kernel.uidMap(0, 100000, 1000);
    assertEquals("its user namespace does not map uid 1000", obstacle(APP));
    kernel.uidMap(0, 100000, 1001);
    assertNull(obstacle(APP));
    kernel.gidMap(0, 100000, 1001);
    assertEquals("its user namespace does not map gid 1001", obstacle(APP));
    kernel.gidMap(28, 100000, 1001);
    assertEquals("its user namespace does not map gid 27", obstacle(APP));
    kernel.gidMap(27, 100000, 1001);
    assertNull(obstacle(APP));
    assertEquals(
        "its user namespace does not map gid 5",
        obstacle(new Account(1000, 5, Groups.of(27), null, "/")));
  }

  @Test
  void whomAnIdIsOutsideDoesNotMatter() throws Exception {
    kernel.uidMap(1000, 0, 1);
    kernel.gidMap(27, 0, 975);
    assertNull(obstacle(APP));
  }

  @Test
  void whatCannotBeReadIsLeftToTheCallsThemselves() throws Exception {
    kernel.file("/proc/self/uid_map", FakeFile.missing());
    kernel.file("/proc/self/gid_map", FakeFile.unreadable("Permission denied"));
    kernel.file("/proc/self/setgroups", FakeFile.missing());
    assertNull(obstacle(APP));
    kernel.file("/proc/self/uid_map", "what is this\n");
    assertNull(obstacle(APP));
  }
}
