package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a command finds that was started by each program, against what it finds without one: ids,
 * capabilities, signals, limits, mask, descriptors, directory, variables. Whatever differs is in
 * the table, with its reason.
 */
class StateIT {
  private enum Program {
    NATIVE,
    JAR,
    GOSUS_NAME,
    GOSU,
    SETPRIV;

    List<String> line() throws IOException {
      return switch (this) {
        case NATIVE -> Launcher.binary().line("-u", "1500:7");
        case JAR -> Launcher.jar().line("-u", "1500:7");
        case GOSUS_NAME -> List.of(Scenario.gosu().toString(), "1500:7");
        case GOSU -> List.of("/usr/sbin/gosu", "1500:7");
        case SETPRIV -> List.of("setpriv", "--reuid=1500", "--regid=7", "--groups=7");
      };
    }
  }

  /** Prints a line for each thing that a process has. */
  private static final String PRINT =
      """
      sub lines { open(my $f, '<', $_[0]) or die; map { chomp; s/\\s+/ /gr } <$f> }
      for (lines('/proc/self/status')) {
        print "$_\\n" if /^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Sig(Blk|Ign)|Umask|Threads):/;
      }
      /^(Max .*?) ((?:\\d|unl).*)/ and print "$1: $2\\n" for lines('/proc/self/limits');
      print "fd $_: ", readlink("/proc/self/fd/$_") =~ s/\\d+//gr, "\\n" for 0 .. 12;
      print 'directory: ', readlink('/proc/self/cwd'), "\\n";
      print "variable $_: ", $ENV{$_}, "\\n" for sort keys %ENV;
      print 'nice: ', getpriority(0, 0), "\\n";
      print 'parent: ', getppid(), "\\n";
      print 'arguments: ', join(' ', map { unpack('H*', $_) } @ARGV), "\\n";
      """;

  /** A caller that has something of everything. */
  private static final List<String> CALLER =
      List.of(
          "sh",
          "-ec",
          "ulimit -S -n 500; ulimit -S -s 4096; ulimit -S -c 0; umask 027; cd /usr/lib;"
              + " exec 5</etc/passwd 7>/dev/null; export USER=caller LOGNAME=caller ODD=\"a  b\";"
              + " exec nice -n 3 env --ignore-signal=HUP,PIPE,USR1,CHLD --block-signal=USR2,RTMIN"
              + " setpriv --groups=0,44 --inh-caps=+chown \"$@\"",
          "sh");

  /** Programs | what | what it is then; "other" is anything else | why. See {@link #names}. */
  private static final String TABLE =
      """
      NATIVE JAR GOSUS_NAME GOSU SETPRIV | Uid | 1500 1500 1500 1500 | that is what they are for
      NATIVE JAR GOSUS_NAME GOSU SETPRIV | Gid | 7 7 7 7 | that is what they are for
      NATIVE JAR GOSUS_NAME SETPRIV | Groups | 7 | that is what they are for
      GOSU | Groups | | gosu leaves the list empty: the primary gid is a group all the same
      NATIVE JAR GOSUS_NAME GOSU SETPRIV | CapPrm | 0000000000000000 | setresuid(2)
      NATIVE JAR GOSUS_NAME GOSU SETPRIV | CapEff | 0000000000000000 | setresuid(2)
      NATIVE JAR GOSUS_NAME | CapInh | 0000000000000000 | gosu and setpriv leave what a file with inheritable capabilities would make use of
      NATIVE JAR | CapBnd | 0000000000000000 | no program can give any back; by gosu's name this is gosu's business
      NATIVE JAR | NoNewPrivs | 1 | no set-user-ID program can give root back; by gosu's name it could
      NATIVE JAR GOSUS_NAME GOSU | variable HOME | / | no entry in /etc/passwd
      NATIVE JAR | variable USER | unset | of root's, or whoever it was; by gosu's name only HOME is set
      NATIVE JAR | variable LOGNAME | unset | as USER
      JAR OLD_GOSU | Max open files | hard limit | the JVM and Go raise it; Go 1.19 does not put it back
      JAR | SigIgn | other | the JVM's handlers; bin/nonroot-launcher hands on what was ignored
      GOSU | SigIgn | other | Go's handlers: what the caller ignored is not ignored any more
      GOSU | SigBlk | other | Go unblocks some
      JAR | fd 5 | | which are the JVM's own is not known
      JAR | fd 7 | | as above
      """;

  @BeforeAll
  static void needs() throws IOException {
    Root.required();
    Root.required(RawExec.isAvailable(), "perl");
  }

  private static Map<String, String> state(List<String> program) throws Exception {
    List<String> all = new ArrayList<>(CALLER);
    all.addAll(program);
    all.addAll(List.of("perl", "-e", PRINT, "--", "a b", "", "-u", "*"));
    Map<String, String> state = new TreeMap<>();
    for (String line : assertRuns(Run.of(all).go()).split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        state.put(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    return state;
  }

  @ParameterizedTest
  @EnumSource
  void whatDiffersIsMeant(Program program) throws Exception {
    Root.required(
        program != Program.GOSU || Files.exists(Path.of("/usr/sbin/gosu")), "Debian's gosu");
    List<String> names = names(program);
    Map<String, String> expected = state(List.of());
    Map<String, String> actual = state(program.line());
    for (String row : TABLE.split("\n", -1)) {
      String[] cells = row.split(" *\\| *", -1);
      if (cells.length > 1 && !Collections.disjoint(List.of(cells[0].split(" ", -1)), names)) {
        if (cells[2].equals("hard limit")) {
          String limit = expected.get(cells[1]);
          expected.put(cells[1], limit.replaceFirst("\\S+ (\\S+)", "$1 $1"));
        } else if (cells[2].equals("other")) {
          assertNotEquals(expected.put(cells[1], actual.get(cells[1])), actual.get(cells[1]));
        } else if (cells[2].equals("unset")) {
          expected.remove(cells[1]);
        } else {
          expected.put(cells[1], cells[2]);
        }
      }
    }
    assertEquals(lines(expected), lines(actual));
  }

  /** What the table calls a program: Debian 12's gosu, by Go 1.19, is an OLD_GOSU as well. */
  private static List<String> names(Program program) throws Exception {
    boolean old =
        program == Program.GOSU
            && assertRuns(Run.of("/usr/sbin/gosu", "--version").go()).contains("(go1.19");
    return old ? List.of(program.name(), "OLD_GOSU") : List.of(program.name());
  }

  private static String lines(Map<String, String> state) {
    StringBuilder lines = new StringBuilder();
    state.forEach((name, value) -> lines.append(name).append(": ").append(value).append('\n'));
    return lines.toString();
  }
}
