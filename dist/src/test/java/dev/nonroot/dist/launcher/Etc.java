package dev.nonroot.dist.launcher;

import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A copy of /etc with other files in it, which only the commands started here see. */
final class Etc {
  private final Path directory;

  /**
   * @param directory an empty directory
   */
  Etc(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    Launcher.assertRuns(Run.of("cp", "-a", "/etc/.", directory.toString()).go());
  }

  /** Mount namespaces can be made here; in an ordinary container they cannot. */
  static void required() throws IOException, InterruptedException {
    Root.required();
    String[] probe = {"unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"};
    Root.required(Run.of(probe).go().exitCode() == 0, "mount namespaces (CAP_SYS_ADMIN)");
  }

  /** Makes a file; root's, and writable by nobody else. */
  Path file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file); // as a test before may have made it somebody else's
    return Files.writeString(file, content);
  }

  /** The caller of a command that sees this as /etc. */
  List<String> caller() {
    return List.of(
        "unshare",
        "--mount",
        "sh",
        "-ec",
        "mount --bind \"$0\" /etc; exec \"$@\"",
        directory.toString());
  }

  /** A launcher that sees this as /etc. */
  Run launch(Launcher launcher, String... args) {
    return launcher.under(new ArrayList<>(caller()), args);
  }
}
