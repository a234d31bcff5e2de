package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the system that are huge, malformed, or no files, and file systems that are missing. */
class HostileFilesIT {
  private static final String APP = "app:x:1000:1001::/home/app:\n";
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private static Launcher launcher;

  @TempDir private static Path directory;
  private static Etc etc;

  @BeforeAll
  static void files() throws Exception {
    Etc.required();
    launcher = Launcher.binary();
    etc = new Etc(directory);
  }

  @BeforeEach
  void ordinaryFiles() throws IOException {
    etc.file("passwd", APP);
    etc.file("group", "web:x:33:app\n");
  }

  private static Run.Result ids(String spec) throws Exception {
    return etc.launch(launcher, "-u", spec, "sh", "-c", "echo $(id -u) $(id -G) $HOME").go();
  }

  /** 100 MB of lines, made by perl, with what is looked for at the end. */
  private static void huge(String name, String line, String last) throws Exception {
    String make =
        "my $l = qq("
            + line
            + "\\n) x 10000; while (length($l) * $n < 100_000_000) {print $l; $n++}";
    Path file = etc.file(name, "");
    assertRuns(Run.of("sh", "-c", "perl -e \"$1\" >\"$2\"", "sh", make, file.toString()).go());
    Files.writeString(file, last, StandardOpenOption.APPEND);
    assertTrue(Files.size(file) >= 100_000_000);
  }

  /**
   * The most memory that the launcher ever had, in KB: its stdout is a pipe that is full, where it
   * waits to say that there is no such command, after everything else.
   */
  private static int peak(List<String> caller, String spec) throws Exception {
    List<String> all = new ArrayList<>(caller);
    all.addAll(shell("exec 2>&1; head -c 65536 /dev/zero"));
    all.addAll(launcher.line("-u", spec, "/no/such"));
    Process process = Run.of(all).start();
    try {
      for (int tries = 0; tries < 600; tries++) {
        Thread.sleep(50);
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        if (Files.readString(proc.resolve("comm")).equals("nonroot\n")
            && Files.readString(proc.resolve("wchan")).contains("pipe_write")) {
          Matcher matcher = PEAK.matcher(Files.readString(proc.resolve("status")));
          assertTrue(matcher.find());
          return Integer.parseInt(matcher.group(1));
        }
      }
      throw new AssertionError("it does not get so far");
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> shell(String script) {
    return Launcher.shell(script);
  }

  @Test
  void memory() throws Exception {
    int plain = peak(List.of(), "10001");
    assertTrue(plain <= 1024, plain + " KB");
    huge("passwd", "somebody:x:4242:4242:Some Body:/home/somebody:/bin/sh", APP);
    huge("group", "some:x:4242:some,body,else", "web:x:33:app\n");
    int large = peak(etc.caller(), "app");
    assertTrue(large <= 2048, large + " KB");
    assertEquals("1000 1001 33 /home/app\n", assertRuns(ids("app")));
  }

  /** With and without a newline at the end, and what is not text. */
  @ParameterizedTest
  @CsvSource({
    "1048576 x, 1000 1001 33 /home/app",
    "1048577 x, 1000 1001 33 /home/app",
    "5000000 x, 1000 1001 33 /home/app",
    "5000000 :, 1000 1001 33 /home/app",
    "3000000 \\0, 1000 1001 33 /home/app",
  })
  void longLines(String line, String expected) throws Exception {
    int length = Integer.parseInt(line.substring(0, line.indexOf(' ')));
    String text = line.substring(line.indexOf(' ') + 1).replace("\\0", "\0").repeat(length);
    etc.file("passwd", text + "\n" + APP.trim());
    etc.file("group", text + "\nweb:x:33:app");
    assertEquals(expected + "\n", assertRuns(ids("app")));
    etc.file("passwd", APP + text);
    assertEquals(expected + "\n", assertRuns(ids("app")));
    // what ends within the line that is too long, is no entry
    etc.file("passwd", text + ":x:0:0::/:\n");
    assertEquals(78, ids(text.substring(0, 100).replace("\0", "y")).exitCode());
  }

  @Test
  void bytes() throws Exception {
    etc.file("passwd", "app\0:x:0:0::/:\n\0app:x:0:0::/:\napp:x:1\0:1::/:\n\0\n" + APP + "\0");
    assertEquals("1000 1001 33 /home/app\n", assertRuns(ids("app")));
    etc.file("passwd", "app:x:1000:1001::/home/\0app:\n");
    Run.Result result = ids("app");
    assertTrue(result.exitCode() < 126, result.toString());
  }

  /** As many groups as the kernel takes, and one more. */
  @Test
  void manyGroups() throws Exception {
    StringBuilder groups = new StringBuilder();
    for (int gid = 100_001; gid <= 165_535; gid++) {
      groups.append("g").append(gid).append(":x:").append(gid).append(":app\n");
    }
    etc.file("group", groups.toString());
    String count = "grep ^Groups: /proc/self/status | wc -w";
    Run run = etc.launch(launcher, "-u", "app", "sh", "-c", count);
    assertEquals("65537\n", assertRuns(run.go()), "65536 of them, and the title");
    etc.file("group", groups + "more:x:99:app\n");
    Run.Result result = ids("app");
    assertEquals(125, result.exitCode(), result.toString());
    assertEquals(1, result.errors().size());
    assertTrue(result.stderr().contains("setgroups("), result.errors().get(0).substring(0, 100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkfifo %s",
        "mkdir %s",
        "mknod %s c 1 5", // /dev/zero
        "mknod %s c 1 3", // /dev/null
        "mknod %s c 5 0", // /dev/tty
        "mknod %s b 7 0",
        "ln -s %1$s %1$s",
        "ln -s /proc/self/mem %s",
        "ln -s /dev/stdin %s",
      })
  void noFiles(String make) throws Exception {
    for (String name : List.of("passwd", "group", "nonroot/nonroot.properties")) {
      ordinaryFiles();
      Path file = etc.file(name, "");
      Files.delete(file);
      assertRuns(Run.of("sh", "-c", make.formatted(file)).go());
      try {
        Run.Result result = ids("app");
        assertEquals(78, result.exitCode(), name + " " + result);
        assertEquals(1, result.errors().size(), result.toString());
        String start = "nonroot: error: ";
        assertTrue(result.stderr().startsWith(start), result.toString());
        assertTrue(result.stderr().contains("/etc/" + name), result.toString());
      } finally {
        Files.delete(file);
      }
    }
  }

  @Test
  void missingFilesAreEmpty() throws Exception {
    for (String name : List.of("passwd", "group")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    assertEquals("1000 1000 /\n", assertRuns(ids("1000")));
    assertEquals(78, ids("app").exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "umount -l /proc", // then system calls answer
        "mount --bind /dev/null /proc/self/status; mount -t tmpfs none /proc",
        "mount --rbind / /mnt; mount -o remount,bind,ro /mnt; exec chroot /mnt \"$@\"",
      })
  void fileSystems(String script) throws Exception {
    List<String> caller = Launcher.shellWithMounts(script);
    Run.Result result = launcher.under(caller, "-u", "10001", "id", "-u").go();
    assertEquals("10001\n", assertRuns(result));
  }

  @Test
  void aCommandOnAFileSystemWithoutExec() throws Exception {
    List<String> caller =
        Launcher.shellWithMounts(
            "mount -t tmpfs -o noexec,mode=755 none /mnt; cp /usr/bin/id /mnt");
    Launcher.assertFails(
        126,
        "cannot run '/mnt/id': Permission denied: the file system that it is on is mounted noexec",
        launcher.under(caller, "-u", "10001", "/mnt/id").go());
  }

  /** Some sandboxes put /dev/null there. Nobody can be verified then, and nobody runs. */
  @Test
  void aMaskedStatus() throws Exception {
    List<String> caller = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork"));
    caller.addAll(shell("mount -t proc none /proc; mount --bind /dev/null /proc/1/status"));
    Run.Result result = launcher.under(caller, "-u", "10001", "id", "-u").go();
    assertEquals(125, result.exitCode(), result.toString());
    assertEquals(1, result.errors().size(), result.toString());
    assertEquals("", result.stdout());
  }
}
