package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --own} of a directory that the user, to whom it belongs, changes as fast as he can. */
class OwnRaceIT {
  private static final int WALKS = 2000;

  @TempDir private Path directory;
  private Path data;
  private Path outside;

  @BeforeAll
  static void needsRoot() throws IOException {
    Root.required();
  }

  @BeforeEach
  void makeTree() throws Exception {
    data = Files.createDirectory(directory.resolve("data"));
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "");
    Files.createDirectory(outside.resolve("below"));
    Run.Result chown = Run.of("chown", "10001", data.toString()).go();
    assertEquals(0, chown.exitCode(), chown.toString());
  }

  /** Runs a Perl script in the directory, with what is outside as its argument, and the walks. */
  private void attack(String script, List<String> walks, boolean mayFail) throws Exception {
    String start = "$| = 1; chdir shift or die; my $outside = shift; print \"ready\\n\";\n";
    Process attacker =
        Run.of("perl", "-e", start + script, data.toString(), outside.toString()).start();
    try {
      assertEquals("ready", attacker.inputReader(StandardCharsets.US_ASCII).readLine());
      Run.Result result = Run.of(walks).timeout(Duration.ofMinutes(5)).go();
      assertTrue(result.exitCode() == 0 || mayFail, result.toString());
      assertTrue(attacker.isAlive());
    } finally {
      attacker.destroyForcibly();
    }
    Run.Result given = Run.of("find", outside.toString(), "!", "-user", "0").go();
    assertEquals("", given.stdout() + given.stderr());
  }

  private List<String> walks(Launcher launcher, int count) {
    List<String> options = new ArrayList<>(List.of("-u", "10001:10002"));
    for (int walk = 0; walk < count; walk++) {
      options.addAll(List.of("--own", data.toString()));
    }
    options.add("true");
    return launcher.line(options.toArray(new String[0]));
  }

  private static List<String> often(int times, List<String> walks) {
    String loop = "for i in $(seq " + times + "); do \"$@\" 2>/dev/null; done";
    List<String> often = new ArrayList<>(List.of("sh", "-c", loop, "sh"));
    often.addAll(walks);
    return often;
  }

  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aFileThatIsExchangedForALink(Launcher launcher) throws Exception {
    FileStore store = Files.getFileStore(outside);
    Root.required(store.equals(Files.getFileStore(data)), "one file system");
    String exchange =
        """
        $outside .= '/file';
        while (1) {
          open(my $file, '>', 'new'); close($file);
          rename('new', 'x');
          link($outside, 'hard'); rename('hard', 'x'); unlink('hard');
          symlink($outside, 'soft'); rename('soft', 'x');
          link($outside, 'y'); unlink('y');
        }
        """;
    attack(exchange, walks(launcher, WALKS), false);
  }

  /** Which may end the launcher: a directory that is none any more is an error. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void aDirectoryThatIsExchangedForALink(Launcher launcher) throws Exception {
    String exchange =
        """
        mkdir 'x'; mkdir 'x/below'; mkdir 'y'; symlink($outside, $_) for 'link', 'link2';
        system('chown', '-hR', '10001:10002', '.') == 0 or die; # nothing to do but what is outside
        my ($x, $link) = ('x', 'link'); # as syscall takes no literals
        my $renameat2 = `uname -m` =~ /x86_64/ ? 316 : 276;
        while (1) {
          syscall($renameat2, -100, $x, -100, $link, 2) == 0 or die; # RENAME_EXCHANGE
          rename('y', 'y2'); rename('link2', 'y'); rename('y', 'link2'); rename('y2', 'y');
        }
        """;
    List<String> walks = walks(launcher, launcher.isNative() ? 1 : 100);
    attack(exchange, often(launcher.isNative() ? 1000 : 10, walks), true);
  }

  /** Each run counts links, as there is one of a file outside, and others that come and go. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void linksThatAreMadeMovedAndRemovedWhileTheyAreCounted(Launcher launcher) throws Exception {
    FileStore store = Files.getFileStore(outside);
    Root.required(store.equals(Files.getFileStore(data)), "one file system");
    String exchange =
        """
        $outside .= '/file';
        mkdir($_) for 'a', 'm', 'z', 'a/d';
        link($outside, 'm/stays');
        system('chown', '-hR', '10001:10002', 'a', 'm', 'z') == 0 or die;
        chown(0, 0, $outside);
        while (1) {
          link($outside, 'a/d/x');
          rename('a/d', 'z/d'); rename('z/d', 'a/d');
          rename('a/d/x', 'z/x'); rename('z/x', 'a/y'); unlink('a/y');
          link($outside, 'z/x'); select(undef, undef, undef, rand(0.1));
          unlink('z/x'); unlink('a/d/x'); select(undef, undef, undef, rand(0.1));
        }
        """;
    attack(exchange, often(launcher.isNative() ? 20 : 10, walks(launcher, 1)), true);
  }
}
