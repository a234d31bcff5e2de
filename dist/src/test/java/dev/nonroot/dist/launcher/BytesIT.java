package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arguments and environment reach the command byte for byte, whatever the locale is. */
class BytesIT {
  private static final List<String> ARGUMENTS =
      List.of(
          "a",
          "",
          "\u00ff\u00fe",
          "\u00c3\u00bc",
          "a\nb\n",
          " ",
          "@x",
          "@@",
          "--",
          "-u",
          "'",
          "\"",
          "\\",
          "*",
          "$HOME",
          "${x}",
          "\u0001\u007f\u001b[31m",
          "?",
          "\u00ef\u00bf\u00bd",
          "");

  private static final List<String> ODD_VARIABLES =
      List.of(
          "spring.profiles.active=x",
          "NO_EQUALS",
          "=x",
          "",
          "TWICE=1",
          "TWICE=2",
          "my-name=\u00ff",
          "\u00ff=1");

  private static final List<String> VARIABLES =
      List.of("INVALID=\u00ff\u00fe", "EMPTY=", "LINES=a\nb\n", "UTF=\u00c3\u00bc", "EQ=a=b=");

  @BeforeAll
  static void needs() throws IOException {
    Root.required();
    Root.required(RawExec.isAvailable(), "perl");
  }

  static Stream<Arguments> launchersAndLocales() throws IOException {
    return Launcher.all().stream()
        .flatMap(
            launcher -> Stream.of("C", "C.UTF-8").map(locale -> Arguments.of(launcher, locale)));
  }

  private static String lines(String name, List<String> words) {
    StringBuilder text = new StringBuilder(name).append('\0');
    words.forEach(word -> text.append(word).append('\0'));
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("launchersAndLocales")
  void argumentsAndEnvironment(Launcher launcher, String locale) throws Exception {
    List<String> given = new ArrayList<>(List.of("PATH=/usr/bin", "PWD=/", "LC_ALL=" + locale));
    given.addAll(VARIABLES);
    if (launcher.isScript()) {
      given.add("JAVA_HOME=" + launcher.java().getParent().getParent());
    } else {
      given.addAll(ODD_VARIABLES);
    }
    given.add("LOGNAME=root");
    given.add("USERS=root");
    List<String> line = launcher.line("-u", "65534:7", "--", "perl", "-e", RawExec.DUMP, "--");
    line.addAll(ARGUMENTS);
    String output = assertRuns(Run.of(RawExec.of(line, given)).in(Path.of("/")).go());

    List<String> expected = new ArrayList<>(given);
    expected.set(expected.indexOf("LOGNAME=root"), "LOGNAME=nobody");
    expected.addAll(List.of("HOME=/nonexistent", "USER=nobody"));
    String arguments = lines("arguments", ARGUMENTS);
    assertEquals(arguments, output.substring(0, Math.min(output.length(), arguments.length())));
    String environment = output.substring(arguments.length());
    if (launcher.isScript()) { // a shell orders the variables anew
      environment = sorted(environment);
      expected.add("environment");
      assertEquals(sorted(String.join("\0", expected) + "\0"), environment);
    } else {
      assertEquals(lines("environment", expected), environment);
    }
  }

  private static String sorted(String words) {
    return Stream.of(words.split("\0")).sorted().toList().toString();
  }

  /** A launcher that starts a launcher: what is no variable at all passes both. */
  @ParameterizedTest
  @MethodSource(Launcher.EACH)
  void theSecondLauncherGetsWhatTheFirstGot(Launcher launcher) throws Exception {
    List<String> line = launcher.line("-u", "10001", "--");
    line.addAll(launcher.line("-u", "10002", "--", "perl", "-e", RawExec.DUMP, "--", "\u00ff"));
    List<String> given = List.of("ODD.1=\u00ff", "NO_EQUALS", "PATH=/usr/bin");
    assertEquals(
        lines("arguments", List.of("\u00ff")) + lines("environment", given) + "HOME=/\0",
        assertRuns(Run.of(RawExec.of(line, given)).go()));
  }

  /** java(1) puts directories before a LD_LIBRARY_PATH that leads to a JVM, and starts anew. */
  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void theLibraryPathIsNotTheJvms(Launcher launcher) throws Exception {
    String path = "/nowhere:" + launcher.java().getParent().getParent() + "/lib/server";
    Run run = launcher.run("-u", "10001", "printenv", "LD_LIBRARY_PATH");
    assertEquals(path + "\n", assertRuns(run.with("LD_LIBRARY_PATH", path).go()));
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.launcher.Launcher#jars")
  void argumentsInAFileOfJavas(Launcher launcher) throws Exception {
    List<String> line = launcher.line("-u", "10001", "printf", "<%s>", "a b", "@x");
    String quoted =
        String.join(
            "\n", line.subList(1, line.size()).stream().map(word -> "\"" + word + "\"").toList());
    Path file = Open.file("arguments", quoted);
    assertEquals("<a b><@x>", assertRuns(Run.of(line.get(0), "@" + file).go()));
  }

  @ParameterizedTest
  @MethodSource(Launcher.ALL)
  void optionsForTheJvmInTheEnvironmentArePassedOn(Launcher launcher) throws Exception {
    Run run =
        launcher
            .run("-u", "10001", "--", "printenv", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")
            .with("JDK_JAVA_OPTIONS", "-Dx=y -Xmx64m")
            .with("JAVA_TOOL_OPTIONS", "-Da=b");
    Run.Result result = run.go();
    assertEquals("-Dx=y -Xmx64m\n-Da=b\n", result.stdout());
    if (launcher.isNative()) {
      assertEquals("", result.stderr());
    } else {
      assertEquals(List.of("NOTE: Picked up JDK_JAVA_OPTIONS: -Dx=y -Xmx64m"), result.errors());
    }
  }
}
