package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An image that has both: the launcher as entry point, the agent in JAVA_TOOL_OPTIONS. */
class AgentBesideIT {
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theLauncherIsExemptAndTheApplicationIsChecked(Launcher launcher) throws Exception {
    Root.required();
    String agent = "-javaagent:" + Open.agentJar();
    String[] application = {
      launcher.java().toString(), "-cp", Open.classes().toString(), "dev.nonroot.dist.app.WhoAmI"
    };
    Run.Result alone = Run.of(application).with("JAVA_TOOL_OPTIONS", agent).go();
    assertEquals(77, alone.exitCode(), "as root it is refused: " + alone);

    String[] args = new String[application.length + 3];
    System.arraycopy(new String[] {"-u", "10001", "--"}, 0, args, 0, 3);
    System.arraycopy(application, 0, args, 3, application.length);
    Run.Result result = launcher.run(args).with("JAVA_TOOL_OPTIONS", agent).go();
    assertEquals(0, result.exitCode(), result.toString());
    assertEquals(List.of(), result.errors());
    assertTrue(result.stdout().contains("all Uid: 10001 10001 10001 10001; "), result.toString());
    assertTrue(result.stdout().startsWith("static initializer\n"), result.toString());
  }
}
