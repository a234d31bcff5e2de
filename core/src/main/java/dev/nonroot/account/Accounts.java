package dev.nonroot.account;

import dev.nonroot.ConfigurationException;
import dev.nonroot.identity.Groups;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.LineReader;
import dev.nonroot.text.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Resolves names against {@code /etc/passwd} and {@code /etc/group}, as {@code docker run --user}
 * does: files only, no NSS; the first line that matches counts; a missing file is an empty one; a
 * malformed line is passed over, and never read as 0. Files of any size are read in constant
 * memory.
 */
public final class Accounts {
  private static final String PASSWD = "/etc/passwd";
  private static final String GROUP = "/etc/group";

  /** Only name, password, uid and gid of passwd(5) are needed; home is a gift. */
  private static final int PASSWD_FIELDS = 4;

  /** Name, password and gid of group(5); without a fourth field it has no members. */
  private static final int GROUP_FIELDS = 3;

  private final OperatingSystem os;

  /**
   * @param os where the files are
   */
  public Accounts(OperatingSystem os) {
    this.os = os;
  }

  /**
   * Resolves a user-spec. With a group, that is the only supplementary group as well. Without one,
   * the gid is that of the passwd entry, or else the uid, and the supplementary groups are that gid
   * and every group that lists the user's name.
   *
   * @param spec who to become
   * @return the account; it may be root's
   * @throws ConfigurationException if there is no such user or group, or a file cannot be read
   */
  public Account resolve(UserSpec spec) throws ConfigurationException {
    return resolve(spec, spec.user().isId() ? spec.user().id() : 0);
  }

  /**
   * Resolves a user-spec as {@link #resolve(UserSpec)} does, but for the gid of a number that has
   * neither an entry nor a group.
   *
   * @param spec who to become
   * @param gidWithoutEntry that gid
   * @return the account; it may be root's
   * @throws ConfigurationException if there is no such user or group, or a file cannot be read
   */
  public Account resolve(UserSpec spec, int gidWithoutEntry) throws ConfigurationException {
    NameOrId user = spec.user();
    Account entry = findUser(user);
    if (entry == null && !user.isId()) {
      throw new ConfigurationException(Messages.unknownUser(user.text()));
    }
    int uid = entry != null ? entry.uid() : user.id();
    String name = entry != null ? entry.name() : null;
    String home = entry != null ? entry.home() : "/";
    if (spec.group() != null) {
      int gid = resolveGroup(spec.group());
      return new Account(uid, gid, Groups.of(gid), name, home);
    }
    int gid = entry != null ? entry.gid() : gidWithoutEntry;
    Groups groups = Groups.of(gid);
    return new Account(uid, gid, name == null ? groups : groups.with(listing(name)), name, home);
  }

  /**
   * Decides on the home of an account. A uid without an entry keeps the home that the environment
   * has for it, as an image's {@code ENV HOME} does under {@code docker run --user}; but not root's
   * own, which the environment may have of the step before.
   *
   * @param account what {@link #resolve(UserSpec)} gives
   * @param given HOME as the environment has it, or null
   * @return the account, with its home
   * @throws ConfigurationException if /etc/passwd cannot be read
   */
  public Account withHome(Account account, String given) throws ConfigurationException {
    if (account.name() != null || given == null || given.isEmpty() || isSame(given, "/root")) {
      return account;
    }
    Account root = findUser(NameOrId.ROOT);
    return root != null && isSame(given, root.home()) ? account : account.withHome(given);
  }

  private static boolean isSame(String directory, String other) {
    return withoutSlashes(directory).equals(withoutSlashes(other));
  }

  private static String withoutSlashes(String directory) {
    int end = directory.length();
    while (end > 1 && directory.charAt(end - 1) == '/') {
      end--;
    }
    return directory.substring(0, end);
  }

  /**
   * Resolves a group.
   *
   * @param group a name or number
   * @return the gid
   * @throws ConfigurationException if there is no group of that name, or /etc/group cannot be read
   */
  public int resolveGroup(NameOrId group) throws ConfigurationException {
    if (group.isId()) {
      return group.id();
    }
    Groups found = groupsNamed(group.text());
    if (found.size() == 0) {
      throw new ConfigurationException(Messages.unknownGroup(group.text()));
    }
    return (int) found.toArray()[0];
  }

  /**
   * Looks names up in /etc/group.
   *
   * @param names names of groups
   * @return the gids of those that there are; where a name occurs twice, the first one's
   * @throws ConfigurationException if /etc/group cannot be read
   */
  public Groups groupsNamed(String... names) throws ConfigurationException {
    byte[][] wanted = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      wanted[i] = Bytes.of(names[i]);
    }
    long[] gids = new long[names.length];
    int size = 0;
    AccountLine line = new AccountLine();
    try (InputStream in = open(GROUP)) {
      LineReader reader = new LineReader(in);
      while (size < wanted.length && reader.next()) {
        int gid = line.split(reader, GROUP_FIELDS) ? line.id(AccountLine.ID) : -1;
        for (int i = 0; gid >= 0 && i < wanted.length; i++) {
          if (wanted[i] != null && line.is(AccountLine.NAME, wanted[i])) {
            wanted[i] = null;
            gids[size++] = gid;
          }
        }
      }
    } catch (IOException e) {
      throw unreadable(GROUP, e);
    }
    return Groups.of(Arrays.copyOf(gids, size));
  }

  private Account findUser(NameOrId user) throws ConfigurationException {
    byte[] name = user.isId() ? null : Bytes.of(user.text());
    byte[] text = user.isId() ? Bytes.of(Integer.toString(user.id())) : name;
    AccountLine line = new AccountLine();
    try (InputStream in = open(PASSWD)) {
      LineReader reader = new LineReader(in, text);
      while (reader.next()) {
        if (!line.split(reader, PASSWD_FIELDS)
            || (name != null && !line.is(AccountLine.NAME, name))) {
          continue;
        }
        int uid = line.id(AccountLine.ID);
        int gid = line.id(AccountLine.PASSWD_GID);
        if (uid >= 0 && gid >= 0 && (name != null || uid == user.id())) {
          String home = line.text(AccountLine.PASSWD_HOME);
          return new Account(
              uid, gid, Groups.NONE, line.text(AccountLine.NAME), home.isEmpty() ? "/" : home);
        }
      }
    } catch (IOException e) {
      throw unreadable(PASSWD, e);
    }
    return null;
  }

  private Groups listing(String name) throws ConfigurationException {
    byte[] member = Bytes.of(name);
    AccountLine line = new AccountLine();
    long[] gids = new long[16];
    int size = 0;
    try (InputStream in = open(GROUP)) {
      LineReader reader = new LineReader(in, member);
      while (reader.next()) {
        if (line.split(reader, AccountLine.GROUP_MEMBERS + 1)
            && line.lists(AccountLine.GROUP_MEMBERS, member)
            && line.id(AccountLine.ID) >= 0) {
          if (size == gids.length) {
            gids = Arrays.copyOf(gids, size * 2);
          }
          gids[size++] = line.id(AccountLine.ID);
        }
      }
    } catch (IOException e) {
      throw unreadable(GROUP, e);
    }
    return Groups.of(Arrays.copyOf(gids, size));
  }

  private InputStream open(String path) throws IOException {
    InputStream in = os.openRegular(path);
    return in == null ? new ByteArrayInputStream(new byte[0]) : in;
  }

  private static ConfigurationException unreadable(String path, IOException e) {
    return new UnreadableAccountsException(Message.cannotRead(path, e.getMessage()));
  }
}
