package dev.nonroot.account;

import dev.nonroot.identity.Groups;

/**
 * Who to become: the one target of a step-down.
 *
 * @param uid the uid, 0..{@link NameOrId#MAX_ID}
 * @param gid the primary gid, 0..{@link NameOrId#MAX_ID}
 * @param groups the supplementary groups
 * @param name the login name, one char per byte, or null if the uid has no entry in /etc/passwd
 * @param home the home directory, one char per byte; {@code /} if the uid has no entry
 */
public record Account(int uid, int gid, Groups groups, String name, String home) {
  /**
   * @param other supplementary groups
   * @return this account with those instead
   */
  public Account withGroups(Groups other) {
    return new Account(uid, gid, other, name, home);
  }

  /**
   * @param other a home directory
   * @return this account with that instead
   */
  public Account withHome(String other) {
    return new Account(uid, gid, groups, name, other);
  }

  /**
   * @return whether this is root under any name
   */
  public boolean isRoot() {
    return uid == 0;
  }
}
