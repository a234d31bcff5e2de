package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --own} of files with several links. */
class OwnHardLinksIT {
  /** In kilobytes. */
  private static final long MOST_MEMORY = 4096;

  @TempDir private Path directory;

  @BeforeAll
  static void needsRoot() throws Exception {
    Etc.required();
  }

  @BeforeEach
  void makeReadable() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run after(Launcher launcher, String script, String... args) {
    List<String> caller = Launcher.shellWithMounts(script);
    List<String> all = new ArrayList<>(List.of("-u", "10001", "--own", "c"));
    all.addAll(List.of(args));
    return launcher.under(caller, all.toArray(new String[0])).in(directory);
  }

  /** As Cassandra's snapshots are, and RocksDB's checkpoints. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void snapshotsAreGivenAndWhatHasALinkElsewhereIsNot(Launcher launcher) throws Exception {
    String make =
        "mkdir -p c/snapshots; cd c; for i in $(seq 2000); do echo > $i; done; ln [0-9]* snapshots;"
            + " cd ..; touch c/outer; ln c/outer outside; ln c/outer c/outer2";
    String[] find = {"find", "c", "!", "-user", "10001"};
    Run.Result result = after(launcher, make, find).go();
    assertEquals(1, result.errors().size(), result.toString());
    String warning = result.errors().get(0);
    assertTrue(
        warning.matches(
            "nonroot: warning: c/outer2? and 1 more are left as they are: a file with more than one"
                + " link may have another outside of what --own names; if the user needs them,"
                + " chown them to uid 10001"),
        warning);
    assertEquals(2, result.stdout().lines().count(), result.stdout());
    assertRuns(after(launcher, "rm outside", find).go());
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void whatABindMountShowsIsCountedOnce(Launcher launcher) throws Exception {
    String make =
        "mkdir -p c/a c/b outside; touch c/a/x; ln c/a/x outside; mount --bind c/a c/b;"
            + " touch c/a/y; ln c/a/y outside; touch c/f; mount --bind c/a/y c/f";
    Run.Result result =
        after(launcher, make, "--own", "c/a", "stat", "-c%u", "c/a/x", "c/a/y", "c/a").go();
    assertEquals("0\n0\n10001\n", result.stdout(), result.stderr());
    assertEquals(2, result.errors().size(), result.stderr());
  }

  /** In memory, as a disk takes a minute to make them. */
  @Test
  void aDirectoryOfAMillionLinks() throws Exception {
    String make =
        """
        mkdir -p c; mount -t tmpfs -o mode=755,nr_inodes=0 none c
        perl -e '
          chdir "c" or die;
          for (1 .. 500_000) { open(my $file, ">", $_) or die; link($_, "x$_") or die }'
        """;
    Path peak = peak();
    String find = "\"$@\"; find c ! -user 10001 | wc -l; exit";
    List<String> caller = Launcher.shellWithMounts(make + find);
    caller.add(peak.toString());
    Run run = Launcher.binary().under(caller, "-u", "10001", "--own", "c", peak + "").in(directory);
    String[] lines = assertRuns(run.timeout(Duration.ofMinutes(5)).go()).split("\n", -1);
    assertEquals("0", lines[1].trim(), "all are given");
    String[] words = lines[0].split(" ", -1);
    assertEquals("0", words[0]);
    assertTrue(Long.parseLong(words[1]) <= MOST_MEMORY, lines[0] + " KB");
  }

  /** Says with which status its command ends, and the most memory that it had; small itself. */
  private Path peak() throws Exception {
    String program =
        """
        #include <stdio.h>
        #include <sys/resource.h>
        #include <sys/wait.h>
        #include <unistd.h>
        int main(int argc, char **argv) {
          struct rusage usage;
          int status;
          if (argc < 2) return 0;
          if (fork() == 0) { execv(argv[1], argv + 1); _exit(127); }
          wait4(-1, &status, 0, &usage);
          printf("%d %ld\\n", status, usage.ru_maxrss);
          return 0;
        }
        """;
    Path source = Files.writeString(directory.resolve("peak.c"), program);
    Path peak = directory.resolve("peak");
    String[] compile = {
      "musl-gcc", "-D_GNU_SOURCE", "-static", "-o", peak.toString(), source.toString()
    };
    assertRuns(Run.of(compile).go());
    return peak;
  }
}
