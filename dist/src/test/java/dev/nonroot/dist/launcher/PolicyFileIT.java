package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the launcher learns of its user. */
@ParameterizedClass
@MethodSource(Launcher.EACH)
class PolicyFileIT {
  private static final String FILE = "nonroot/nonroot.properties";
  private static final String PATH = "/etc/" + FILE;

  @TempDir static Path directory;
  @Parameter Launcher launcher;
  private static Etc etc;

  @BeforeAll
  static void files() throws Exception {
    Etc.required();
    etc = new Etc(directory);
  }

  private Run launch(String... args) throws Exception {
    return etc.launch(launcher, args);
  }

  @Test
  void theFirstOfOptionVariableAndFileCounts() throws Exception {
    etc.file(FILE, "# who the applications are\nuser = 10001\n");
    assertEquals("10001\n", assertRuns(launch("id", "-u").go()));
    Run variable = launch("id", "-u").with("NONROOT_USER", "10002");
    assertEquals("10002\n", assertRuns(variable.go()));
    Run option = launch("-u", "10003", "id", "-u").with("NONROOT_USER", "10002");
    assertEquals("10003\n", assertRuns(option.go()));
  }

  @Test
  void aLockedUserIsTheFiles() throws Exception {
    etc.file(FILE, "user=10001\nlocked=user+action\n");
    Run.Result result =
        launch("-u", "10003", "id", "-u")
            .with("NONROOT_USER", "10002")
            .with("NONROOT_ACTION", "warn")
            .go();
    assertEquals("10001\n", result.stdout());
    assertEquals(
        List.of(
            "nonroot: warning: action in the environment variable NONROOT_ACTION is ignored: it is"
                + " locked by "
                + PATH,
            "nonroot: warning: user in the option --user is ignored: it is locked by " + PATH),
        result.errors());
    assertEquals("10001\n", assertRuns(launch("-u", "10001", "id", "-u").go()));
  }

  @Test
  void anotherFileCanBeNamed() throws Exception {
    etc.file(FILE, "user=10001\n");
    etc.file("other.properties", "user=10004\n");
    Run run = launch("id", "-u").with("NONROOT_CONFIG", "/etc/other.properties");
    assertEquals("10004\n", assertRuns(run.go()));
    assertFails(
        78,
        "config=/etc/none in the environment variable NONROOT_CONFIG is not valid; accepted: a file"
            + " that exists",
        launch("id").with("NONROOT_CONFIG", "/etc/none").go());
  }

  @Test
  void whatOthersCanWriteIsNotHeeded() throws Exception {
    Path file = etc.file(FILE, "user=10001\n");
    String message =
        PATH
            + " can be written by others than root, and this process runs as root; accepted: owner"
            + " root and mode 0644 or less, of the directories above it root and 0755 (chown root,"
            + " chmod go-w)";
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertFails(78, message, launch("id").go());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setAttribute(file, "unix:uid", 10001);
    assertFails(78, message, launch("id").go());
    Files.setAttribute(file, "unix:uid", 0);
    assertRuns(launch("id").go());
    Path parent = file.getParent();
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxr-x"));
    try {
      assertFails(78, message, launch("id").go());
    } finally {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aMistakeIsNamedWithItsLine() throws Exception {
    etc.file(FILE, "user=10001\nusr=10001\n");
    Run.Result result = launch("id").go();
    assertEquals(78, result.exitCode());
    assertEquals(1, result.errors().size());
    String start = "nonroot: error: unknown key 'usr' in " + PATH + " line 2; accepted: action, ";
    assertTrue(result.errors().get(0).startsWith(start), result.toString());
  }

  @Test
  void withoutAUserNothingRuns() throws Exception {
    etc.file(FILE, "action=refuse\n");
    assertFails(
        78,
        "no user is configured: -u 10001, NONROOT_USER=10001, or user=10001 in " + PATH,
        launch("id").go());
  }
}
