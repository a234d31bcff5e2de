package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.process.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExemptionTest {
  private static final List<String> TOOLS = List.of("jdk-tools");

  private final FakeKernel kernel = new FakeKernel(Identity.root(), 1);

  private boolean covers(List<String> exempt, FakeJvm jvm) {
    return Exemption.covers(exempt, jvm, kernel, new Proc(kernel));
  }

  private boolean isTool(String executable, String words, String... variables) {
    FakeJvm.start(kernel, executable, words, variables);
    assertFalse(covers(List.of(), new FakeJvm(null)));
    assertFalse(covers(List.of("a.jar"), new FakeJvm(null)));
    return covers(TOOLS, new FakeJvm(null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jar",
        "jarsigner",
        "javac",
        "javadoc",
        "javap",
        "jcmd",
        "jdb",
        "jdeprscan",
        "jdeps",
        "jfr",
        "jhsdb",
        "jimage",
        "jinfo",
        "jlink",
        "jmap",
        "jmod",
        "jnativescan",
        "jpackage",
        "jps",
        "jshell",
        "jstack",
        "jstat",
        "keytool",
      })
  void commandsOfThisJdkAreTools(String command) {
    assertTrue(isTool("/jdk/bin/" + command, command + " -x --module-path a Main"));
    assertTrue(isTool("/jdk/bin/" + command, "anything"));
    assertFalse(isTool("/jdk2/bin/" + command, command));
    assertFalse(isTool("/jdk/lib/" + command, command));
    assertFalse(isTool("/jdk/bin/" + command + "2", command));
    assertFalse(isTool("/" + command, command));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jrunscript",
        "jwebserver",
        "rmiregistry",
        "jstatd",
        "jconsole",
        "serialver",
        "app"
      })
  void commandsThatAnApplicationCanBeBehindAreNone(String command) {
    assertFalse(isTool("/jdk/bin/" + command, command));
  }

  /** As java called javac with -Djava.home, on the command line or in an @file. */
  @Test
  void aDirectoryThatTheJvmIsNotFromHasNoTools() {
    FakeJvm.start(kernel, "/copy/bin/javac", "javac @f");
    kernel.file("/copy", "");
    assertFalse(covers(TOOLS, new FakeJvm(null, "/copy")));
    for (FakeFile maps :
        List.of(
            FakeFile.missing(),
            FakeFile.unreadable("Permission denied"),
            FakeFile.of("7f00-7f01 r-xp 0 08:01 1 /jdk/lib/libjvm.so.bak\n"),
            FakeFile.of("7f00-7f01 r-xp 0 08:01 1 /x/jdk/lib/server/libjvm.so\n"))) {
      assertTrue(isTool("/jdk/bin/javac", "javac @f"));
      kernel.file("/proc/self/maps", maps);
      assertFalse(covers(TOOLS, new FakeJvm(null)));
    }
  }

  /** jlink, jmod and jimage of 17 to 25 take -J-cp and a main class from there. */
  @Test
  void aFileOfOptionsIsReadByTheLauncherOfSome() {
    for (String command : List.of("jlink", "jmod", "jimage", "keytool")) {
      assertTrue(isTool("/jdk/bin/" + command, command + " f"));
      assertFalse(isTool("/jdk/bin/" + command, command + " @f"));
      assertFalse(isTool("/jdk/bin/" + command, command + " --output x @f"));
    }
    for (String command : List.of("jar", "javac", "javadoc", "jdeps", "jpackage")) {
      assertTrue(isTool("/jdk/bin/" + command, command + " @f"));
    }
  }

  @Test
  void javacGetsNoProcessorsFromVariables() {
    for (String variable : List.of("JDK_JAVAC_OPTIONS=-processorpath evil", "CLASSPATH=evil")) {
      assertFalse(isTool("/jdk/bin/javac", "javac A.java", variable), variable);
      assertTrue(isTool("/jdk/bin/javap", "javap A", variable), variable);
      assertTrue(isTool("/jdk/bin/java", "java -version", variable), variable);
    }
  }

  @Test
  void aDebuggersServerIsNone() {
    assertTrue(isTool("/jdk/bin/jhsdb", "jhsdb jstack --pid 1"));
    assertFalse(isTool("/jdk/bin/jhsdb", "jhsdb debugd --pid 1"));
  }

  @Test
  void java8HasItsCommandsInTwoDirectories() {
    for (String bin : List.of("/jdk8/bin/", "/jdk8/jre/bin/")) {
      FakeJvm.start(kernel, bin + "keytool", "keytool");
      kernel.file("/jdk8/jre", "");
      assertTrue(covers(TOOLS, new FakeJvm(null, "/jdk8/jre")));
      assertFalse(covers(TOOLS, new FakeJvm(null, "/jdk8")));
    }
  }

  @Test
  void whatCannotBeFoundOutIsNoTool() {
    for (String file : List.of("/proc/self/cmdline", "/proc/self/environ")) {
      assertTrue(isTool("/jdk/bin/javac", "javac"));
      kernel.file(file, FakeFile.unreadable("Permission denied"));
      assertFalse(covers(TOOLS, new FakeJvm(null)), file);
      kernel.file(file, "without its last NUL");
      assertFalse(covers(TOOLS, new FakeJvm(null)), file);
    }
    assertTrue(isTool("/jdk/bin/javac", "javac"));
    assertFalse(covers(TOOLS, new FakeJvm(null, null)));
    assertFalse(covers(TOOLS, new FakeJvm(null, "/none")));
    kernel.file("/proc/self/cmdline", "");
    assertFalse(covers(TOOLS, new FakeJvm(null)));
    assertFalse(covers(TOOLS, new FakeJvm("jdk.compiler/com.sun.tools.javac.Main")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-version",
        "--version -Xlog:gc",
        "-Xmx64m -Dfile.encoding=UTF-8 --list-modules",
        "-XX:+UseSerialGC -XX:MaxRAMPercentage=75.0 -version",
        "-javaagent:/opt/nonroot/nonroot-agent.jar=action=drop,user=1 -version",
        "-agentpath:/opt/nonroot/lib/libnonroot.so -version",
        "-jar /opt/nonroot/nonroot-launcher.jar exec -u 1 -- java -javaagent:/evil.jar Main",
        "-Xrs -Dnonroot-launcher.ignored-signals=0 -jar /opt/nonroot/nonroot-launcher.jar",
        "-XX:SharedArchiveFile=/opt/nonroot/launcher.jsa -jar /opt/nonroot/nonroot-launcher.jar",
      })
  void javaWithNothingToRunAndTheLauncherAreNoApplications(String words) {
    assertTrue(isTool("/jdk/bin/java", ("java " + words).trim()));
    assertFalse(isTool("/jdk2/bin/java", ("java " + words).trim()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Main",
        "-version Main",
        "@f",
        "@f -version",
        "-jar /evil.jar",
        "-jar",
        "-jar nothing",
        "-jar -jar /opt/nonroot/nonroot-launcher.jar",
        "-cp /opt/nonroot/nonroot-launcher.jar Main",
        "-m jdk.jartool/sun.tools.jar.Main",
        "--module=jdk.jartool/sun.tools.jar.Main",
        "jdk.jartool/sun.tools.jar.Main",
        "-jar jdk.jshell.execution.RemoteExecutionControl 1",
        "jdk.jshell.execution.RemoteExecutionControl 1",
      })
  void javaWithSomethingToRunIsAnApplication(String words) {
    assertFalse(isTool("/jdk/bin/java", "java " + words));
    for (String main : List.of("jdk.jartool/sun.tools.jar.Main", "jdk-tools", "a/jdk-tools")) {
      assertFalse(covers(TOOLS, new FakeJvm(main)));
    }
  }

  @ParameterizedTest
  @CsvSource({"/jdk/bin/jshell, true", "/jdk2/bin/jshell, false", "/jdk/bin/java, false"})
  void onlyJshellStartsWhatRunsItsSnippets(String parent, boolean exempt) {
    kernel.file("/proc/1/exe", "");
    kernel.link("/proc/1/exe", parent);
    String words = "java -agentlib:jdwp=x jdk.jshell.execution.RemoteExecutionControl 1";
    assertEquals(exempt, isTool("/jdk/bin/java", words));
    assertFalse(isTool("/jdk/bin/java", words, "_JAVA_OPTIONS=-javaagent:/evil.jar"));
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
    FakeJvm.start(kernel, "/jdk/bin/java", "java " + main);
    assertEquals(exempt, covers(List.of(name), new FakeJvm(main)));
    assertEquals(exempt, covers(List.of("jdk-tools", name), new FakeJvm(main)));
    FakeJvm.start(kernel, "/usr/bin/jsvc", "java --module=" + main + " x");
    assertEquals(exempt, covers(List.of(name), new FakeJvm(main)));
    // as a variable would say
    FakeJvm.start(kernel, "/jdk/bin/java", "java Main");
    assertFalse(covers(List.of(name), new FakeJvm(main)));
    FakeJvm.start(kernel, "/jdk/bin/java", main + " Main");
    assertFalse(covers(List.of(name), new FakeJvm(main)));
  }

  /** As a variable would say of a program whose argument it is, or of an option's value. */
  @ParameterizedTest
  @CsvSource({
    "java a.jar, true",
    "java -jar a.jar, true",
    "java -jar -Xmx1m a.jar b, true",
    "java -cp x --add-opens a/b=c a.jar, true",
    "java -m a.jar, true",
    "java --module a.jar, true",
    "java Main a.jar, false",
    "java -jar main.jar a.jar, false",
    "java -cp a.jar Main, false",
    "java -p a.jar -m Main, false",
    "java --module=Main a.jar, false",
    "java @f a.jar, false",
    "java -m, false",
    "java -cp, false",
    "java, false",
  })
  void theNameIsThatOfWhatRuns(String words, boolean exempt) {
    FakeJvm.start(kernel, "/jdk/bin/java", words);
    assertEquals(exempt, covers(List.of("a.jar"), new FakeJvm("a.jar")));
  }
}
