package dev.nonroot.fake;

import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;

/** Credentials to start a test from: immutable, changed piece by piece. */
public record Identity(Credentials credentials) {
  /** Every capability that {@link FakeKernel} knows. */
  public static final long ALL_CAPABILITIES = (1L << (FakeThread.LAST_CAPABILITY + 1)) - 1;

  /**
   * @return root with every capability, in group 0, without no_new_privs and seccomp
   */
  public static Identity root() {
    CapabilitySets sets =
        new CapabilitySets(0, ALL_CAPABILITIES, ALL_CAPABILITIES, ALL_CAPABILITIES, 0);
    return new Identity(new Credentials(all(0), all(0), Groups.of(0), sets, false, 0));
  }

  /**
   * @param id a uid, which is the gid and the one supplementary group as well
   * @return that user without capabilities, no_new_privs and seccomp
   */
  public static Identity user(long id) {
    CapabilitySets sets = new CapabilitySets(0, 0, 0, ALL_CAPABILITIES, 0);
    return new Identity(new Credentials(all(id), all(id), Groups.of(id), sets, false, 0));
  }

  private static Ids all(long id) {
    return new Ids(id, id, id, id);
  }

  private CapabilitySets sets() {
    return credentials.capabilities();
  }

  private Identity with(Ids uid, Ids gid, Groups groups) {
    return new Identity(
        new Credentials(uid, gid, groups, sets(), credentials.noNewPrivs(), credentials.seccomp()));
  }

  private Identity with(CapabilitySets sets, boolean noNewPrivs, int seccomp) {
    return new Identity(
        new Credentials(
            credentials.uid(), credentials.gid(), credentials.groups(), sets, noNewPrivs, seccomp));
  }

  /**
   * @param real the real uid
   * @param effective the effective uid
   * @param saved the saved uid
   * @param filesystem the filesystem uid
   * @return this with those uids
   */
  public Identity uid(long real, long effective, long saved, long filesystem) {
    return with(
        new Ids(real, effective, saved, filesystem), credentials.gid(), credentials.groups());
  }

  /**
   * @param real the real gid
   * @param effective the effective gid
   * @param saved the saved gid
   * @param filesystem the filesystem gid
   * @return this with those gids
   */
  public Identity gid(long real, long effective, long saved, long filesystem) {
    return with(
        credentials.uid(), new Ids(real, effective, saved, filesystem), credentials.groups());
  }

  /**
   * @param id a gid
   * @return this with that gid
   */
  public Identity gid(long id) {
    return gid(id, id, id, id);
  }

  /**
   * @param ids supplementary groups
   * @return this with those groups
   */
  public Identity groups(long... ids) {
    return with(credentials.uid(), credentials.gid(), Groups.of(ids));
  }

  /**
   * @param sets capability sets
   * @return this with those sets
   */
  public Identity capabilities(CapabilitySets sets) {
    return with(sets, credentials.noNewPrivs(), credentials.seccomp());
  }

  /**
   * @param set a capability set
   * @return this with that permitted and effective set
   */
  public Identity permittedAndEffective(long set) {
    return capabilities(
        new CapabilitySets(sets().inheritable(), set, set, sets().bounding(), sets().ambient()));
  }

  /**
   * @param set a capability set
   * @return this with that inheritable set
   */
  public Identity inheritable(long set) {
    return capabilities(
        new CapabilitySets(
            set, sets().permitted(), sets().effective(), sets().bounding(), sets().ambient()));
  }

  /**
   * @return this with no_new_privs on
   */
  public Identity noNewPrivs() {
    return with(sets(), true, credentials.seccomp());
  }

  /**
   * @param mode a seccomp mode
   * @return this in that mode
   */
  public Identity seccomp(int mode) {
    return with(sets(), credentials.noNewPrivs(), mode);
  }

  /**
   * @return what {@code /proc/self/status} says of a process of one thread with these
   */
  public String status() {
    return new FakeThread(FakeKernel.PID, credentials).status(FakeKernel.PID, 1);
  }
}
