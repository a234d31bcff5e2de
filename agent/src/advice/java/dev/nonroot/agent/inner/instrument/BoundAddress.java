package dev.nonroot.agent.inner.instrument;

import java.net.SocketAddress;
import net.bytebuddy.asm.Advice;

/** Behind a bind whose first argument is the address. */
final class BoundAddress {
  private BoundAddress() {}

  @Advice.OnMethodExit
  static void bound(@Advice.Argument(0) SocketAddress address) {
    NonrootTrigger.bound(address);
  }
}
