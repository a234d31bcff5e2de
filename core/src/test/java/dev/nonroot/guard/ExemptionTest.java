package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExemptionTest {
  private static final List<String> TOOLS = List.of("jdk-tools");

  private static boolean covers(List<String> exempt, String main) {
    return Exemption.covers(exempt, new FakeJvm(main, false));
  }

  /** What the JDK's commands of 17 to 25 hand to the JVM as their main class. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdk.jartool/sun.tools.jar.Main",
        "jdk.jartool/sun.security.tools.jarsigner.Main",
        "jdk.compiler/com.sun.tools.javac.Main",
        "jdk.javadoc/jdk.javadoc.internal.tool.Main",
        "jdk.jdeps/com.sun.tools.javap.Main",
        "jdk.jcmd/sun.tools.jcmd.JCmd",
        "jdk.jconsole/sun.tools.jconsole.JConsole",
        "jdk.jdi/com.sun.tools.example.debug.tty.TTY",
        "jdk.jdeps/com.sun.tools.jdeprscan.Main",
        "jdk.jdeps/com.sun.tools.jdeps.Main",
        "jdk.jdeps/com.sun.tools.jnativescan.Main",
        "jdk.jfr/jdk.jfr.internal.tool.Main",
        "jdk.hotspot.agent/sun.jvm.hotspot.SALauncher",
        "jdk.jlink/jdk.tools.jimage.Main",
        "jdk.jcmd/sun.tools.jinfo.JInfo",
        "jdk.jlink/jdk.tools.jlink.internal.Main",
        "jdk.jcmd/sun.tools.jmap.JMap",
        "jdk.jlink/jdk.tools.jmod.Main",
        "jdk.jpackage/jdk.jpackage.main.Main",
        "jdk.jcmd/sun.tools.jps.Jps",
        "jdk.jshell/jdk.internal.jshell.tool.JShellToolProvider",
        "jdk.jshell.execution.RemoteExecutionControl",
        "jdk.jcmd/sun.tools.jstack.JStack",
        "jdk.jcmd/sun.tools.jstat.Jstat",
        "java.base/sun.security.tools.keytool.Main",
        "jdk.compiler/sun.tools.serialver.SerialVer",
      })
  void toolsAreExempt(String main) {
    assertTrue(covers(TOOLS, main));
    assertTrue(covers(List.of("a.jar", "jdk-tools"), main));
    assertFalse(covers(List.of(), main));
    assertFalse(covers(List.of("a.jar"), main));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // They run a program, or serve a network: an application could be behind them.
        "jdk.compiler/com.sun.tools.javac.launcher.Main",
        "jdk.compiler/com.sun.tools.javac.launcher.SourceLauncher",
        "jdk.httpserver/sun.net.httpserver.simpleserver.Main",
        "java.scripting/com.sun.tools.script.shell.Main",
        "java.rmi/sun.rmi.registry.RegistryImpl",
        "jdk.jstatd/sun.tools.jstatd.Jstatd",
        // They only look like a tool.
        "com.sun.tools.javac.Main",
        "evil/com.sun.tools.javac.Main",
        "jdk.compiler/com.sun.tools.javac.Main2",
        "/jdk.compiler/com.sun.tools.javac.Main",
        "sun.tools.jar.Main",
        "nonroot-launcher.jar",
        "/opt/nonroot/nonroot-launcher.jar",
        "evil/jdk.jshell.execution.RemoteExecutionControl",
        "my-nonroot-launcher.jar",
        "nonroot-agent.jar",
        "/app/app.jar",
        "com.example.Main",
        "jdk-tools",
        "",
      })
  void applicationsAreNot(String main) {
    // A class of the name of the key itself is exempt, which nobody can be hurt by.
    assertEquals(main.equals("jdk-tools"), covers(TOOLS, main));
  }

  /** As of java -jar jdk.jartool/sun.tools.jar.Main, or java -cp app jdk.jcmd/sun.tools.jps.Jps. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdk.jartool/sun.tools.jar.Main",
        "jdk.jcmd/sun.tools.jps.Jps",
        "tools.jar/sun.tools.jar.Main",
      })
  void aClassOrJarThatIsCalledLikeAToolIsNone(String main) {
    assertFalse(Exemption.covers(TOOLS, new FakeJvm(main, null, false)));
    assertFalse(Exemption.covers(TOOLS, new FakeJvm(main, "app", false)));
    assertTrue(covers(TOOLS, main));
  }

  @ParameterizedTest
  @CsvSource({
    "app.jar, /app/app.jar, true",
    "app.jar, app.jar, true",
    "/app/app.jar, /app/app.jar, true",
    "/other/app.jar, /app/app.jar, false",
    "app, /app/app.jar, false",
    "pp.jar, /app/app.jar, false",
    "app/app.jar, /app/app.jar, false",
    "com.example.Main, com.example.Main, true",
    "com.example.Main, my.module/com.example.Main, true",
    "my.module/com.example.Main, my.module/com.example.Main, true",
    "my.module/com.example.Main, com.example.Main, false",
    "com.example.main, com.example.Main, false",
    "com.example, com.example.Main, false",
    "Main, com.example.Main, false",
  })
  void namesAreExempt(String name, String main, boolean exempt) {
    assertEquals(exempt, covers(List.of(name), main));
    assertEquals(exempt, covers(List.of("jdk-tools", name), main));
  }

  @Test
  void aJvmThatRunsNothingIsATool() {
    FakeJvm version = new FakeJvm(null, true);
    FakeJvm startedThroughJni = new FakeJvm(null, false);
    assertTrue(Exemption.covers(TOOLS, version));
    assertFalse(Exemption.covers(TOOLS, startedThroughJni));
    assertFalse(Exemption.covers(List.of(), version));
    assertFalse(Exemption.covers(List.of("a.jar"), version));
  }
}
