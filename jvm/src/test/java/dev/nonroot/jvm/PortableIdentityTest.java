package dev.nonroot.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.identity.Credentials;
import dev.nonroot.process.Proc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What jnr-posix says is what the kernel says, where both can be asked. */
class PortableIdentityTest {
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "there is no /proc to compare with")
  void jnrPosixAgreesWithTheKernel() throws Exception {
    Credentials kernel = new Proc(new JvmOperatingSystem(TestAccess.INSTANCE)).credentials();
    Credentials portable = new PortableIdentity().get();
    assertEquals(kernel.uid(), portable.uid());
    assertEquals(kernel.gid(), portable.gid());
    assertEquals(kernel.groups(), portable.groups());
  }
}
