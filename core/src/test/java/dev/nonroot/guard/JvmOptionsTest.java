package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.process.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With each option the compiler stays a tool, or does not, wherever the option comes from. */
class JvmOptionsTest {
  private static boolean isExempt(String command, String words, String... variables) {
    FakeKernel kernel = new FakeKernel(Identity.root(), 1);
    FakeJvm.start(kernel, "/jdk/bin/" + command, words, variables);
    return Exemption.covers(List.of("jdk-tools"), new FakeJvm(null), kernel, new Proc(kernel));
  }

  private static void check(boolean harmless, String option) {
    assertEquals(harmless, isExempt("javac", "javac -J" + option + " A.java"), option);
    assertEquals(harmless, isExempt("java", "java " + option + " -version"), option);
    for (String variable :
        List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "OPENJ9_JAVA_OPTIONS", "IBM_JAVA_OPTIONS")) {
      String value = variable + "=-Xmx64m  " + option;
      assertEquals(harmless, isExempt("javac", "javac", "A=b", value), value);
      assertEquals(harmless, isExempt("java", "java -version", value, "A=b"), value);
    }
    String value = "JDK_JAVA_OPTIONS=" + option;
    assertEquals(harmless, isExempt("java", "java -version", value));
    assertEquals(true, isExempt("javac", "javac", value), "which javac does not read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xmx512m",
        "-Xss1m",
        "-Xlog:gc:file=/tmp/gc",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:MaxRAMPercentage=75.0",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:TieredStopAtLevel=1",
        "-XX:HeapDumpPath=/tmp/dumps",
        "-Dfile.encoding=UTF-8",
        "-Duser.language=en",
        "-Dhttps.proxyHost=proxy",
        "-Duser.timezone=UTC",
        "-Xshare:auto",
        "-XshowSettings:vm", // of all of these the one that looks for no services
        "-XX:+HeapDumpOnOutOfMemoryError",
        "-Dnonroot.action=warn",
        "-Djava.awt.headless=true",
        "-Djavax.net.ssl.trustStore=/etc/ssl/store",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--add-modules=java.instrument",
        "--enable-native-access=ALL-UNNAMED",
        "-ea",
        "-javaagent:/opt/nonroot/nonroot-agent.jar=a=b",
        "-agentpath:/opt/nonroot/lib/libnonroot.so",
        "-XX:SharedArchiveFile=/opt/nonroot/launcher.jsa",
      })
  void harmless(String option) {
    check(true, option);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-javaagent:/evil.jar",
        "-javaagent:/none.jar",
        "-javaagent:/opt/nonroot/nonroot-launcher.jar",
        "-agentpath:/evil.jar=/opt/nonroot/lib/libnonroot.so",
        "-agentlib:nonroot",
        "-Xrunevil",
        "-Xbootclasspath/a:evil",
        "--patch-module=java.base=evil",
        "--upgrade-module-path=evil",
        "--module-path=evil",
        "--class-path=evil",
        "-cp",
        "-jar",
        "Main",
        "@f",
        "-Dsun.java.command=jdk.jartool/sun.tools.jar.Main",
        "-Djdk.module.main=jdk.jartool",
        "-Djava.class.path=evil",
        "-Djava.home=/evil",
        "-Djava.system.class.loader=L",
        "-Djava.security.manager",
        "-Djava.nio.file.spi.DefaultFileSystemProvider=Prov",
        "-Djava.awt.headless.x",
        "-Dsun.boot.library.path=/evil",
        "-Djffi.boot.library.path=/evil",
        "-Duser.dir=/opt/nonroot",
        "-Duser.home=/evil", // of jshell, which runs what it has saved there
        "-Denv.class.path=evil", // javac's
        "-Dorg.example.x=y",
        "-XshowSettings", // looks for services on the class path
        "-XshowSettings:all",
        "-Xdiag",
        "-Xshare:dump",
        "-XX:+ReplayCompiles",
        "-XX:ReplayDataFile=1",
        "-XX:+EnableJVMCI",
        "-XX:+EagerJVMCI",
        "-XX:StartFlightRecording",
        "-XX:StartFlightRecording=filename=x",
        "-XX:FlightRecorderOptions=x",
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=/opt/nonroot/data/evil.jsa",
        "-XX:Flags=evil",
        "-XX:Flags=1",
        "-XX:VMOptionsFile=1",
        "-XX:OnError=id",
        "-XX:OnOutOfMemoryError=1",
        "-XX:SharedArchiveFile=/evil.jar",
        "-XX:SharedArchiveFile=1",
        "-XX:AOTCache=1",
        "-XX:MaxRAMPercentage=",
        "-XX:MaxRAMPercentage=k",
        "-XX:New",
        "--new",
      })
  void notKnownToBeHarmless(String option) {
    check(false, option);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; ''",
        "' '; ''",
        "a; a",
        "' a  b '; a|b",
        "\"a b\" c; a b|c",
        "x\"a b\"y; xa by",
        "a=\"it's\"; a=it's",
        "\"\" a; |a",
        "\"a b; a b",
      })
  void theJvmSplitsAtBlanks(String text, String words) {
    List<String> expected = words.isEmpty() ? List.of() : List.of(words.split("\\|", -1));
    assertEquals(expected, JvmOptions.split(text == null ? "" : text));
  }

  @Test
  void everyWhiteSpaceCounts() {
    assertEquals(List.of("a", "b", "c", "d", "e", "f"), JvmOptions.split("a\tb\nc\u000bd\fe\rf"));
  }
}
