package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Run;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code exec} must not load, as it would cost every start of an application. */
class StartIT {
  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void execDoesWithoutPicocli(Launcher launcher) throws Exception {
    List<String> line = new ArrayList<>(launcher.prefix());
    line.add(1, "-Xlog:class+load");
    line.addAll(List.of("-u", "1", "--dry-run", "true"));
    String classes = assertRuns(Run.of(line).go());
    assertTrue(classes.contains(" dev.nonroot.launch.Launcher "), classes);
    assertFalse(classes.contains(" picocli."), classes);
  }
}
