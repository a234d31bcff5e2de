package dev.nonroot.dist.launcher;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * User-specs and what becomes of them, by program. Everybody starts as root with gid 0 and the
 * groups 0 and 44, and with NONROOT_ALLOW_ROOT=1.
 */
final class ConformanceTable {
  static final String PASSWD =
      """
      root:x:0:0:root:/root:/bin/sh
      daemon:x:1:1::/usr/sbin:/bin/false
      games:x:5:60:games:/usr/games:/usr/sbin/nologin

      # a comment
      broken:x:abc:1::/broken:
      short:x
      big:x:4294967296:1::/big:
      minus:x:-1:1::/minus:
      app:x:1000:1001:An App:/home/app:/bin/sh
      app:x:1999:1999:the second:/x:/bin/sh
      other:x:1000:1002:the same uid:/y:
      42:x:1042:1042::/home/42:
      five:x:7:6::/home/five:
      toor:x:0:0::/toor:
      nohome:x:1300:1301:::
      0day:x:1400:1400::/0day:
      victim:x:1600:1600::/victim:
      """;

  static final String GROUP =
      """
      root:x:0:root
      daemon:x:1:
      games:x:60:
      web:x:33:other,app
      audio:x:29:app,games
      apples:x:30:apple,pap,app2
      broken:x:zz:victim
      web:x:99:app
      empty:x:70:
      users:x:100
      77:x:707:
      """;

  /**
   * The columns: spec | uid, gid, all gids | home | name | the same with gosu's name | gosu |
   * su-exec | why they differ. "=" is what is left of it; ids that are an error are its exit code.
   *
   * <p>gosu and its name are asked by tests; the column of su-exec is its documentation: {@code
   * getpwnam} before {@code strtol}, without a look at the range.
   */
  private static final String TABLE =
      """
      root | 0 0 0 | /root | root | = | = | = |
      0 | 0 0 0 | /root | root | = | = | = |
      0: | 0 0 0 | /root | root | = | = | = |
      0:0 | 0 0 0 | /root | root | = | = | = |
      0:root | 0 0 0 | /root | root | = | = | = |
      root:0 | 0 0 0 | /root | root | = | = | = |
      root:root | 0 0 0 | /root | root | = | = | = |
      0:1500 | 0 1500 1500 | /root | root | = | = | = |
      root:1500 | 0 1500 1500 | /root | root | = | = | = |
      toor | 0 0 0 | /toor | toor | = | = | = |
      1500 | 1500 1500 1500 | / | none | 1500 0 0 / | = | = | gid 0 is no gift: gosu's rule counts with its name only
      1500:1500 | 1500 1500 1500 | / | none | = | = | = |
      1500:root | 1500 0 0 | / | none | = | = | = |
      1500:daemon | 1500 1 1 | / | none | = | = | = |
      games | 5 60 60 29 | /usr/games | games | = | = | = |
      games:daemon | 5 1 1 | /usr/games | games | = | = | = |
      <empty> | error 78 | | | 0 0 0 /root | = | = | the caller's user, which is no configuration
      : | error 78 | | | 0 0 0 /root | = | = | as above
      :0 | error 78 | | | 0 0 0 /root | = | = | as above
      :web | error 78 | | | 0 33 33 /root | = | = | as above
      app | 1000 1001 1001 29 33 99 | /home/app | app | = | = | = |
      app: | 1000 1001 1001 29 33 99 | /home/app | app | = | = | = |
      1000 | 1000 1001 1001 29 33 99 | /home/app | app | = | = | = |
      1000: | 1000 1001 1001 29 33 99 | /home/app | app | = | = | = |
      app:web | 1000 33 33 | /home/app | app | = | = | = |
      app:0 | 1000 0 0 | /home/app | app | = | = | = |
      app:users | 1000 100 100 | /home/app | app | = | = | = |
      app:empty | 1000 70 70 | /home/app | app | = | = | = |
      other | 1000 1002 1002 33 | /y | other | = | = | = |
      9000:web | 9000 33 33 | / | none | = | = | = |
      42 | 42 42 42 | / | none | 42 0 0 / | = | 1042 1042 1042 /home/42 | a number is never a name; su-exec looks for a name first
      app:77 | 1000 77 77 | /home/app | app | = | = | 1000 707 707 /home/app | as above: su-exec takes the group of that name
      +5 | 5 60 60 29 | /usr/games | games | = | = | = |
      007 | 7 6 6 | /home/five | five | = | = | = |
      <blank>5 | error 78 | | | error 1 | = | 5 60 60 29 /usr/games | a name; su-exec's strtol(3) skips blanks
      0x10 | error 78 | | | error 1 | = | = |
      0day | 1400 1400 1400 | /0day | 0day | = | = | = |
      nohome | 1300 1301 1301 | / | nohome | = | 1300 1301 1301 none | = | an empty HOME would be the working directory to many; gosu and su-exec leave it so
      2147483647 | 2147483647 2147483647 2147483647 | / | none | 2147483647 0 0 / | = | = | as 1500
      2147483648 | error 78 | | | error 1 | = | 2147483648 0 0 / | su-exec looks at no range
      4294967295 | error 78 | | | error 1 | = | = |
      4294967296 | error 78 | | | error 1 | 0 1 1 /big | 0 0 0 /root | root, where gosu finds the malformed line, and su-exec cuts off 32 bits
      99999999999999999999 | error 78 | | | error 1 | = | = |
      -1 | error 78 | | | error 1 | = | = |
      0:-3 | error 78 | | | error 1 | = | 0 4294967293 4294967293 /root | su-exec looks at no range
      app:2147483648 | error 78 | | | error 1 | = | 1000 2147483648 2147483648 /home/app | su-exec looks at no range
      app:4294967295 | error 78 | | | error 1 | = | = |
      app:4294967296 | error 78 | | | error 1 | = | 1000 0 0 /home/app | su-exec cuts off 32 bits
      a:b:c | error 78 | | | error 1 | = | = |
      app:web: | error 78 | | | error 1 | 1000 33 33 /home/app | error 1 | gosu ignores a third field; su-exec takes 'web:' for a name
      bogus | error 78 | | | error 1 | = | = |
      APP | error 78 | | | error 1 | = | = |
      users | error 78 | | | error 1 | = | = |
      app:bogus | error 78 | | | error 1 | = | = |
      app:0day | error 78 | | | error 1 | = | = |
      broken | error 78 | | | error 1 | 0 1 1 /broken | error 1 | gosu reads a malformed uid as 0; su-exec's musl skips the line
      short | error 78 | | | error 1 | 0 0 0 none | error 1 | as above; su-exec's musl skips it
      big | error 78 | | | error 1 | 0 1 1 /big | = | gosu and su-exec make root of what does not fit
      minus | error 78 | | | error 1 | = | = |
      app:broken | error 78 | | | error 1 | 1000 0 0 /home/app | error 1 | gosu reads a malformed gid as 0; su-exec's musl skips the line
      victim | 1600 1600 1600 | /victim | victim | = | 1600 1600 1600 0 /victim | 1600 1600 1600 /victim | gosu makes group 0 of a malformed line; su-exec's musl skips it
      """;

  /** spec | setpriv's options | its ids | the launcher's ids | why they differ. */
  private static final String SETPRIV =
      """
      app | --reuid=app --regid=1001 --init-groups | 1000 1001 29 33 99 1001 | = |
      games | --reuid=games --regid=games --init-groups | 5 60 29 60 | = |
      1000:web | --reuid=1000 --regid=web --groups=33 | 1000 33 33 | = |
      9000 | --reuid=9000 --regid=9000 --groups=9000 | 9000 9000 9000 | = |
      9000:0 | --reuid=9000 --regid=0 --groups=0 | 9000 0 0 | = |
      bogus | --reuid=bogus --regid=33 --clear-groups | error | = |
      app:bogus | --reuid=app --regid=bogus --clear-groups | error | = |
      broken | --reuid=broken --regid=1 --clear-groups | error | = |
      2147483648:33 | --reuid=2147483648 --regid=33 --clear-groups | 2147483648 33 33 | error | Docker's range
      -1:33 | --reuid=-1 --regid=33 --clear-groups | 0 33 33 | error | -1 is "no change": still root
      4294967296:33 | --reuid=4294967296 --regid=33 --clear-groups | 0 33 33 | error | 32 bits are cut off: root
      """;

  private ConformanceTable() {}

  /** What each program makes of a user-spec, as ConformanceIT prints it. */
  record Row(
      String spec, String nonroot, String gosusName, String gosu, String suExec, String reason) {
    @Override
    public String toString() {
      return "'" + spec + "'";
    }
  }

  static Stream<Row> rows() {
    return TABLE.lines().map(ConformanceTable::row);
  }

  private static Row row(String line) {
    String[] cells = cells(line, 8);
    String spec = cells[0].replace("<empty>", "").replace("<blank>", " ");
    boolean fails = cells[1].startsWith("error");
    String same = cells[1] + " " + cells[2];
    String nonroot = fails ? cells[1] : same + " " + cells[3] + " " + cells[3];
    String gosusName = cells[4].equals("=") ? same : cells[4];
    String gosu = cells[5].equals("=") ? gosusName : cells[5];
    String suExec = cells[6].equals("=") ? gosu : cells[6];
    return new Row(spec, nonroot, gosusName, gosu, suExec, cells[7]);
  }

  static Stream<Arguments> setprivs() {
    return SETPRIV
        .lines()
        .map(line -> cells(line, 5))
        .map(cells -> Arguments.of(cells[0], cells[1], cells[2], cells[3].replace("=", cells[2])));
  }

  private static String[] cells(String line, int count) {
    String[] cells = (line + " ").split("\\|", -1);
    if (cells.length != count) {
      throw new IllegalArgumentException(line);
    }
    for (int i = 0; i < count; i++) {
      cells[i] = cells[i].trim();
    }
    return cells;
  }
}
