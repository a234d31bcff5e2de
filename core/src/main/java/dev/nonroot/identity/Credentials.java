package dev.nonroot.identity;

/**
 * Who a thread is to the kernel; see credentials(7). Where a system has no capabilities,
 * no_new_privs or seccomp, the sets are empty and the other two off.
 *
 * @param uid the four uids
 * @param gid the four gids
 * @param groups the supplementary groups
 * @param capabilities the capability sets
 * @param noNewPrivs whether no_new_privs is on; see prctl(2)
 * @param seccomp the seccomp mode: 0 none, 1 strict, 2 filter; see seccomp(2)
 */
public record Credentials(
    Ids uid, Ids gid, Groups groups, CapabilitySets capabilities, boolean noNewPrivs, int seccomp) {
  /**
   * @param mode a seccomp mode
   * @return these credentials with that mode
   */
  public Credentials withSeccomp(int mode) {
    return new Credentials(uid, gid, groups, capabilities, noNewPrivs, mode);
  }

  /**
   * @return whether one of the uids is 0
   */
  public boolean isRoot() {
    return uid.anyIs(0);
  }

  /**
   * @return whether the program was started set-user-ID or set-group-ID; see execve(2)
   */
  public boolean isSetId() {
    return uid.real() != uid.effective() || gid.real() != gid.effective();
  }

  /**
   * @return whether the program's file gave it capabilities: execve(2) leaves who is not root no
   *     others but the ambient ones; see capabilities(7)
   */
  public boolean hasCapabilitiesOfFile() {
    return !isRoot() && (capabilities.permitted() & ~capabilities.ambient()) != 0;
  }

  // A record's own comes from java.lang.invoke at run time: 60 ms in a JVM that has just started.
  @Override
  public boolean equals(Object other) {
    return other instanceof Credentials that
        && uid.equals(that.uid)
        && gid.equals(that.gid)
        && groups.equals(that.groups)
        && capabilities.equals(that.capabilities)
        && noNewPrivs == that.noNewPrivs
        && seccomp == that.seccomp;
  }

  @Override
  public int hashCode() {
    return uid.hashCode() + 31 * (gid.hashCode() + 31 * groups.hashCode());
  }
}
