package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that looks like a tool of the JDK, or like the launcher, is checked. */
class AgentDisguiseIT {
  private static final String APPLICATION = "dev.nonroot.dist.app.WhoAmI";
  private static final String JAR_TOOL = "jdk.jartool/sun.tools.jar.Main";
  private static final String SNIPPETS = "jdk.jshell.execution.RemoteExecutionControl";

  /** With it the main class says who it is: in its static initializer, and later. */
  private static final String MAIN =
      " Main { static { String uid = \"\"; try (java.util.Scanner s = new java.util.Scanner("
          + "new java.io.File(\"/proc/thread-self/status\"))) { uid = s.useDelimiter(\"\\\\A\")"
          + ".next().replaceAll(\"(?s).*\\nUid:\\t(\\\\d+).*\", \"$1\"); }"
          + " catch (java.io.IOException e) { uid = e.toString(); }"
          + " System.out.println(\"application as \" + uid); }"
          + " public static void premain(String a) {}"
          + " public static void main(String[] a) {}";

  private Path work;
  private String classes;

  @BeforeEach
  void prepare() throws Exception {
    Root.required();
    work = Files.createTempDirectory(Open.directory(), "disguise");
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    classes = work + "/classes";
  }

  /** Compiles a class for which {@code Main} stands in the text, as on the oldest Java. */
  private void compile(String className, String text) throws Exception {
    int dot = className.lastIndexOf('.');
    String simple = className.substring(dot + 1);
    Path source = work.resolve("source").resolve(className.replace('.', '/') + ".java");
    Files.createDirectories(source.getParent());
    String head = dot < 0 ? "" : "package " + className.substring(0, dot) + ";";
    Files.writeString(source, head + "public class" + text.replace(" Main ", ' ' + simple + ' '));
    Path java = Tree.javas().get(0);
    String javac = java.resolveSibling("javac").toString();
    // else the compiler knows that a package is another module's
    Run.Result result =
        Run.of(javac, "--limit-modules", "java.base", "-d", classes, source.toString()).go();
    assertEquals(0, result.exitCode(), result.toString());
  }

  private Path jar(String name) throws Exception {
    Path manifest =
        Files.writeString(work.resolve("manifest"), "Main-Class: Main\nPremain-Class: Main\n");
    Path jar = work.resolve(name);
    Run.Result result =
        Run.of(
                Tree.javas().get(0).resolveSibling("jar").toString(),
                "cfm",
                jar.toString(),
                manifest.toString(),
                "-C",
                classes,
                ".")
            .go();
    assertEquals(0, result.exitCode(), result.toString());
    return jar;
  }

  /** Under a policy that is locked, the command is refused by one, and steps down by the other. */
  private void isChecked(TestedJvm jvm, String variable, List<String> command) throws Exception {
    String locked = "locked=action+user+deny+warn+allow+profile+exempt\n";
    Path refuse = Files.writeString(work.resolve("refuse"), "action=refuse\n" + locked);
    Path drop = Files.writeString(work.resolve("drop"), "action=drop\nuser=1000\n" + locked);
    Run.Result refused = run(jvm, "config=" + refuse, variable, command);
    assertEquals(77, refused.exitCode(), refused.toString());
    assertFalse(refused.stdout().contains("application"), refused.toString());
    Run.Result dropped = run(jvm, "config=" + drop, variable, command);
    assertFalse(dropped.stdout().contains("application as 0"), dropped.toString());
    if (!command.contains("-version")) {
      assertTrue(dropped.stdout().contains("application as 1000"), dropped.toString());
    }
  }

  private Run.Result run(TestedJvm jvm, String options, String variable, List<String> command)
      throws Exception {
    Run run = Run.of(command).in(work).with("JAVA_TOOL_OPTIONS", jvm.agent(options));
    return (variable.isEmpty() ? run : run.with("_JAVA_OPTIONS", variable)).go();
  }

  private static List<String> command(TestedJvm jvm, String tool, String... args) {
    List<String> command = new ArrayList<>(List.of(jvm.tool(tool)));
    command.addAll(List.of(args));
    return command;
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void propertiesMakeNoTool(TestedJvm jvm) throws Exception {
    compile("Main", MAIN + "}");
    compile("jdk.jartool.sun.tools.jar.Main", MAIN + "}");
    String tool = "-Dsun.java.command=" + JAR_TOOL + " -Djdk.module.main=jdk.jartool";
    isChecked(jvm, tool, command(jvm, "java", "-cp", classes, "Main"));
    String module = "-Djdk.module.main=jdk.jartool";
    isChecked(jvm, "", command(jvm, "java", module, "-cp", classes, JAR_TOOL));
    Path launcher = Open.tree().resolve("nonroot-launcher.jar");
    String launches = "-Dsun.java.command=" + launcher + " -Djava.class.path=" + launcher;
    isChecked(
        jvm,
        launches,
        command(jvm, "java", "-Xbootclasspath/a:" + classes, "-cp", classes, "Main"));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void namesOfJarsAndClassesMakeNoTool(TestedJvm jvm) throws Exception {
    compile("Main", MAIN + "}");
    for (String name : List.of(SNIPPETS, "jdk-tools", "nonroot-launcher.jar")) {
      isChecked(jvm, "", command(jvm, "java", "-jar", jar(name).getFileName().toString()));
    }
    compile(SNIPPETS, MAIN + "}");
    String limited = "java.base,java.instrument,java.logging";
    isChecked(
        jvm, "", command(jvm, "java", "--limit-modules", limited, "-cp", classes, SNIPPETS, "1"));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aToolThatIsToldToRunSomethingElseIsNone(TestedJvm jvm) throws Exception {
    compile("Main", MAIN + "}");
    Path jar = jar("app.jar");
    isChecked(jvm, "", command(jvm, "javac", "-J-cp", "-J" + classes, "-JMain"));
    isChecked(jvm, "", command(jvm, "keytool", "-J-jar", "-J" + jar));
    Path file = Files.writeString(work.resolve("args"), "-cp " + classes + " Main");
    isChecked(jvm, "", command(jvm, "java", "@" + file));
    Path ofTool = Files.writeString(work.resolve("tool"), "-J-cp -J" + classes + " -JMain");
    for (String tool : List.of("jlink", "jmod", "jimage")) {
      isChecked(jvm, "", command(jvm, tool, "@" + ofTool));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void variablesGiveJavacNoProcessors(TestedJvm jvm) throws Exception {
    Path source = Files.writeString(work.resolve("A.java"), "class A {}");
    String[] variables = {"JDK_JAVAC_OPTIONS", "CLASSPATH"};
    for (String variable : variables) {
      Run.Result result =
          Run.of(command(jvm, "javac", "-d", work.toString(), source.toString()))
              .with("JAVA_TOOL_OPTIONS", jvm.agent(""))
              .with(variable, variable.equals("CLASSPATH") ? classes : "-processorpath " + classes)
              .go();
      assertEquals(77, result.exitCode(), result.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aCopyOfJavaThatIsCalledLikeAToolIsNone(TestedJvm jvm) throws Exception {
    compile("Main", MAIN + "}");
    Path home = jvm.java().toRealPath().getParent().getParent();
    Path bin = Files.createDirectory(work.resolve("bin"));
    Files.createSymbolicLink(work.resolve("lib"), home.resolve("lib"));
    Path copy = Files.copy(home.resolve("bin/java"), bin.resolve("javac"));
    for (String variable : List.of("", "-Djava.home=" + work)) {
      isChecked(jvm, variable, List.of(copy.toString(), "-cp", classes, "Main"));
    }
    String here = "-Djava.home=" + work;
    isChecked(jvm, "", List.of(copy.toString(), here, "-cp", classes, "Main"));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void toolsAndVersionBringNoCodeOfOthers(TestedJvm jvm) throws Exception {
    compile("Main", MAIN + "}");
    Path agent = jar("agent.jar");
    for (String tool : List.of("java", "javac")) {
      isChecked(jvm, "-javaagent:" + agent, command(jvm, tool, "-version"));
    }
    isChecked(jvm, "", command(jvm, "java", "-javaagent:" + agent, "-version"));
    compile(
        "L",
        MAIN.replace(" Main ", " Main extends ClassLoader ")
            + " public L(ClassLoader parent) { super(parent); } }");
    String loader = "-Djava.system.class.loader=L";
    List<String> version = command(jvm, "java", "-cp", classes, loader, "-version");
    if (jvm.isJar()) { // such an agent needs the class loader's help, without which no JVM starts
      assertNotEquals(0, run(jvm, "", "", version).exitCode());
    } else {
      isChecked(jvm, "", version);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aVariableMakesNoProgramThatIsNamedExempt(TestedJvm jvm) throws Exception {
    String options = "exempt=org.example.Backup";
    List<String> command = command(jvm, "java", "-cp", Open.classes().toString(), APPLICATION);
    Run.Result result = run(jvm, options, "-Dsun.java.command=org.example.Backup", command);
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    List<String> withArgument = new ArrayList<>(command);
    withArgument.add("org.example.Backup");
    result = run(jvm, options, "-Dsun.java.command=org.example.Backup", withArgument);
    assertEquals(77, result.exitCode(), result.toString());
    result = run(jvm, "exempt=" + APPLICATION, "", command);
    assertTrue(result.stdout().startsWith("static initializer\n"), result.toString());
  }
}
