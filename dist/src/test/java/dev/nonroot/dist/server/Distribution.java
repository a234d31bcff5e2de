package dev.nonroot.dist.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server as its project publishes it, unpacked where everybody can read it. */
enum Distribution {
  TOMCAT("tomcat.tar.gz"),
  JETTY("jetty-home.tar.gz");

  /** The example's executable jar. */
  static final Path GREETER = Path.of("../examples/spring-boot/target/greeter.jar");

  private final String file;

  Distribution(String file) {
    this.file = file;
  }

  synchronized Path home() throws IOException, InterruptedException {
    Path home = Open.directory().resolve(file.substring(0, file.indexOf('.')));
    if (!Files.exists(home)) {
      Files.createDirectory(home);
      Path archive = Path.of("target/servers", file).toAbsolutePath();
      run("tar", "-xzf", archive.toString(), "--no-same-owner", "--strip-components=1", "-C", home);
      run("chmod", "-R", "go+rX", home);
    }
    return home;
  }

  private static void run(Object... command) throws IOException, InterruptedException {
    Run.Result result =
        Run.of(java.util.Arrays.stream(command).map(Object::toString).toList()).go();
    assertEquals(0, result.exitCode(), result.toString());
  }
}
