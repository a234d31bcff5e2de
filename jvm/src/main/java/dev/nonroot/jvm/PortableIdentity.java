package dev.nonroot.jvm;

import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import java.util.function.Supplier;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * Who this process is by jnr-posix, for macOS and the BSDs. It asks the native implementation,
 * which fails if it cannot be loaded; the one that {@code POSIXFactory.getPOSIX()} gives instead
 * runs {@code /usr/bin/id}, and says 32767 for root if there is none.
 */
public final class PortableIdentity implements Supplier<Credentials> {
  /** Made by reflection, in the class loader that has jnr-posix. */
  public PortableIdentity() {}

  /**
   * Asks.
   *
   * @return the credentials; saved and filesystem ids, which POSIX has no call for, are the
   *     effective ones
   * @throws IllegalStateException if the native implementation cannot be loaded, or the groups
   *     cannot be had
   */
  @Override
  public Credentials get() {
    POSIX posix = POSIXFactory.getNativePOSIX();
    long[] groups = posix.getgroups();
    if (groups == null) {
      throw new IllegalStateException("getgroups failed");
    }
    return new Credentials(
        ids(posix.getuid(), posix.geteuid()),
        ids(posix.getgid(), posix.getegid()),
        Groups.of(groups),
        CapabilitySets.EMPTY,
        false,
        0);
  }

  private static Ids ids(int real, int effective) {
    long own = effective & 0xffff_ffffL;
    return new Ids(real & 0xffff_ffffL, own, own, own);
  }
}
