package dev.nonroot.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.ConfigurationException;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a user-spec means. The files are those of gosu's own tests, with some traps put in. */
class AccountsTest {
  private static final String PASSWD =
      """
      root:x:0:0:root:/root:/bin/sh
      daemon:x:1:1:daemon:/usr/sbin:/sbin/nologin
      1000:x:4242:4343:a name that looks like a number:/trap:/bin/sh
      -1:x:4244:4344:so does this:/trap:/bin/sh
      games:x:5:60:games:/usr/games:/usr/sbin/nologin
      gamester:x:6:61::/home/gamester:
      game:x:7:62::/home/game:
      toor:x:0:0::/toor:/bin/sh
      app:x:1500:1600:App:/home/app:/bin/sh
      double:x:1501:1601::/first:
      double:x:1502:1602::/second:
      other:x:1501:1603::/third:
      nul:x:1509:1609::/h\0LD_PRELOAD=/evil\0B=1:/bin/sh
      n\0l:x:1510:1610::/h:/bin/sh
      nohome:x:1503:1603
      nohome5:x:1508:1608:the home field is missing
      emptyhome:x:1504:1604:::
       padded:x:1505:1605::/padded:\s
      top:x:2147483647:2147483647::/top:
      m\u00fc\u00ff:x:1506:1606::/m\u00fc\u00ff:
      """;

  private static final String GROUP =
      """
      root:x:0:root,games
      daemon:x:1:root,daemon
      1000:x:4444:
      games:x:60:
      users:x:100:app,games
      audio:x:29:games,gamester
      video:x:44:gamester
      short:x:45
      docker:x:999:app
      dup:x:70:games
      dup:x:71:games
      spaced:x:72: games,games ,
      self:x:60:games
      high:x:2147483647:games
      m\u00fc\u00ff:x:73:m\u00fc\u00ff
      """;

  private final FakeKernel os = new FakeKernel(Identity.root(), 1);

  @BeforeEach
  void files() {
    os.file("/etc/passwd", PASSWD);
    os.file("/etc/group", GROUP);
  }

  private Account resolve(String spec) throws ConfigurationException {
    return new Accounts(os).resolve(UserSpec.parse(spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // no entry: the given one, unless it is root's
        "12345|/srv/app|/srv/app",
        "12345|/srv/app/|/srv/app/",
        "12345|relative|relative",
        "12345|/|/",
        "12345|-|/",
        "12345|''|/",
        "12345|/root|/",
        "12345|/root/|/",
        "12345|/rooted|/rooted",
        "12345:app|/root|/",
        // an entry: its own
        "app|/srv/app|/home/app",
        "1500|-|/home/app",
        "emptyhome|/srv/app|/",
        "root|/srv/app|/root",
      })
  void theHomeOfANumberWithoutAnEntryIsTheGivenOne(String spec, String given, String home)
      throws Exception {
    os.file("/etc/group", "app:x:1600:\n");
    Accounts accounts = new Accounts(os);
    Account account = accounts.resolve(UserSpec.parse(spec));
    assertEquals(account.withHome(home), accounts.withHome(account, given));
  }

  @ParameterizedTest
  @CsvSource({"/var/root,/", "/var/root//,/", "/root,/", "/toor,/toor", "/var,/var"})
  void rootsHomeIsWhereItsEntrySays(String given, String home) throws Exception {
    os.file("/etc/passwd", "toor:x:00:0::/var/root:\nroot:x:0:0::/toor:\n");
    Accounts accounts = new Accounts(os);
    assertEquals(home, accounts.withHome(resolve("12345"), given).home());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // What gosu and docker run --user make of it too.
        "0|0|0|0,1|root|/root",
        "root|0|0|0,1|root|/root",
        "0:|0|0|0,1|root|/root",
        "0:0|0|0|0|root|/root",
        "0:root|0|0|0|root|/root",
        "root:0|0|0|0|root|/root",
        "root:root|0|0|0|root|/root",
        "0:1000|0|1000|1000|root|/root",
        "root:1000|0|1000|1000|root|/root",
        "1000:1000|1000|1000|1000|-|/",
        "1000:root|1000|0|0|-|/",
        "1000:daemon|1000|1|1|-|/",
        "games:daemon|5|1|1|games|/usr/games",
        "games|5|60|0,29,60,70,71,100,2147483647|games|/usr/games",
        "+5|5|60|0,29,60,70,71,100,2147483647|games|/usr/games",
        "007|7|62|62|game|/home/game",
        // What a string of C could not hold is no entry.
        "1509|1509|1509|1509|-|/",
        "1510|1510|1510|1510|-|/",
        // Without an entry gosu and docker leave gid 0; here it is the uid.
        "1000|1000|1000|1000|-|/",
        "1000:|1000|1000|1000|-|/",
        "9000|9000|9000|9000|-|/",
        // Root under another name is root.
        "toor|0|0|0|toor|/toor",
        // A number matches the id field only, a name that looks like one notwithstanding.
        "4242|4242|4343|4343|1000|/trap",
        "app:1000|1500|1000|1000|app|/home/app",
        "app:4444|1500|4444|4444|app|/home/app",
        // Exact names: none is taken for another that it starts with.
        "gamester|6|61|29,44,61|gamester|/home/gamester",
        "game|7|62|62|game|/home/game",
        "app|1500|1600|100,999,1600|app|/home/app",
        "app:dup|1500|70|70|app|/home/app",
        "app:short|1500|45|45|app|/home/app",
        // The first matching line wins.
        "double|1501|1601|1601|double|/first",
        "1501|1501|1601|1601|double|/first",
        "1502|1502|1602|1602|double|/second",
        "nohome|1503|1603|1603|nohome|/",
        "nohome5|1508|1608|1608|nohome5|/",
        "emptyhome|1504|1604|1604|emptyhome|/",
        "padded|1505|1605|1605|padded|/padded",
        "top|2147483647|2147483647|2147483647|top|/top",
        "2147483647|2147483647|2147483647|2147483647|top|/top",
        "2147483646:2147483647|2147483646|2147483647|2147483647|-|/",
        "m\u00fc\u00ff|1506|1606|73,1606|m\u00fc\u00ff|/m\u00fc\u00ff",
        "app:m\u00fc\u00ff|1500|73|73|app|/home/app",
      })
  void resolves(String spec, int uid, int gid, String groups, String name, String home)
      throws Exception {
    Account account = resolve(spec);
    assertEquals(groups, account.groups().toString());
    assertEquals(new Account(uid, gid, account.groups(), name, home), account);
    assertEquals(uid == 0, account.isRoot());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bogus",
        "0day",
        "0x10",
        " 5",
        "Root",
        "ROOT",
        "gam",
        "games ",
        "root ",
        "x",
        "/root",
        "dockers",
        "m\u00fc",
        "m\u00fc\u00fe",
        "daemon\u0000"
      })
  void anUnknownUserIsAnError(String name) {
    assertMessage(
        name,
        "there is no user '" + name + "' in /etc/passwd; accepted: a name from there, or a number");
    assertMessage(
        name + ":0",
        "there is no user '" + name + "' in /etc/passwd; accepted: a name from there, or a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bogus", "0day", "0x10", " 5", "Docker", "dock", "app", "audio:"})
  void anUnknownGroupIsAnError(String group) {
    if (!group.endsWith(":")) {
      assertMessage(
          "0:" + group,
          "there is no group '"
              + group
              + "' in /etc/group; accepted: a name from there, or a number");
    }
    assertThrows(ConfigurationException.class, () -> resolve("bogus:" + group));
  }

  private void assertMessage(String spec, String message) {
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> resolve(spec));
    assertEquals(message, e.getMessage());
  }

  @Test
  void groupsAreLookedUpInOneGo() throws Exception {
    Accounts accounts = new Accounts(os);
    assertEquals("1,999", accounts.groupsNamed("docker", "nosuch", "daemon").toString());
    assertEquals("70", accounts.groupsNamed("dup").toString());
    assertEquals(Groups.NONE, accounts.groupsNamed());
    assertEquals(45, accounts.resolveGroup(NameOrId.parse("short")));
    assertEquals(4444, accounts.resolveGroup(NameOrId.parse("4444")));
    assertEquals(77, accounts.resolveGroup(NameOrId.parse("77")));
  }

  @Test
  void otherGroupsCanBePutInPlace() throws Exception {
    Account account = resolve("app").withGroups(Groups.of(3, 4));
    assertEquals(new Account(1500, 1600, Groups.of(3, 4), "app", "/home/app"), account);
  }
}
