package dev.nonroot.guard;

import java.util.List;

/** Which JVMs are not checked. */
public final class Exemption {
  /** Stands in the place of a module before the main class of a tool of JDK 8. */
  public static final String TOOLS_JAR = "tools.jar/";

  private static final String TOOLS = "jdk-tools";

  /**
   * What the JDK's commands run. Left out are those that serve a network or run a program, since an
   * application could be behind them: jwebserver, rmiregistry, jstatd, jrunscript, and {@code java
   * Main.java}.
   */
  private static final String[] TOOL_MAINS = {
    "java.base/sun.security.tools.keytool.Main",
    "jdk.compiler/com.sun.tools.javac.Main",
    "jdk.compiler/sun.tools.serialver.SerialVer",
    "jdk.hotspot.agent/sun.jvm.hotspot.SALauncher",
    "jdk.jartool/sun.security.tools.jarsigner.Main",
    "jdk.jartool/sun.tools.jar.Main",
    "jdk.javadoc/jdk.javadoc.internal.tool.Main",
    "jdk.jcmd/sun.tools.jcmd.JCmd",
    "jdk.jcmd/sun.tools.jinfo.JInfo",
    "jdk.jcmd/sun.tools.jmap.JMap",
    "jdk.jcmd/sun.tools.jps.Jps",
    "jdk.jcmd/sun.tools.jstack.JStack",
    "jdk.jcmd/sun.tools.jstat.Jstat",
    "jdk.jconsole/sun.tools.jconsole.JConsole",
    "jdk.jdeps/com.sun.tools.javap.Main",
    "jdk.jdeps/com.sun.tools.jdeprscan.Main",
    "jdk.jdeps/com.sun.tools.jdeps.Main",
    "jdk.jdeps/com.sun.tools.jnativescan.Main",
    "jdk.jdi/com.sun.tools.example.debug.tty.TTY",
    "jdk.jfr/jdk.jfr.internal.tool.Main",
    "jdk.jlink/jdk.tools.jimage.Main",
    "jdk.jlink/jdk.tools.jlink.internal.Main",
    "jdk.jlink/jdk.tools.jmod.Main",
    "jdk.jpackage/jdk.jpackage.main.Main",
    "jdk.jshell/jdk.internal.jshell.tool.JShellToolProvider",
    "jdk.jshell.execution.RemoteExecutionControl" // the JVM in which jshell runs its snippets
  };

  private Exemption() {}

  static boolean covers(List<String> exempt, Jvm jvm) {
    boolean tools = exempt.contains(TOOLS);
    String main = jvm.main();
    if (tools && jvm.runsNoApplication()) {
      return true;
    }
    if (main == null) {
      return false;
    }
    if (exempt.contains(main) || exempt.contains(lastPart(main))) {
      return true;
    }
    // java -jar jdk.jartool/sun.tools.jar.Main runs a file of that name
    int slash = main.indexOf('/');
    tools &= slash < 0 || main.substring(0, slash).equals(jvm.mainModule());
    for (String tool : TOOL_MAINS) {
      if (tools && (tool.equals(main) || isOfToolsJar(tool, main))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfToolsJar(String tool, String main) {
    return main.startsWith(TOOLS_JAR)
        && tool.endsWith(main.substring(TOOLS_JAR.length() - 1)); // with the slash
  }

  /** A jar without its directory, a class without its module. */
  private static String lastPart(String main) {
    return main.substring(main.lastIndexOf('/') + 1);
  }
}
