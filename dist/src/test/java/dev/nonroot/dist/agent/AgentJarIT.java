package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.io.DataInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the agent's jar brings into an application, and into an older JVM. */
class AgentJarIT {
  @Test
  void anApplicationSeesThePackageOfTheEntryAlone() throws Exception {
    Set<String> classes = new TreeSet<>();
    Set<String> roots = new TreeSet<>();
    int entries = 0;
    try (JarFile jar = new JarFile(Tree.agentJar().toFile())) {
      for (ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(ZipEntry.class::cast)::iterator) {
        entries++;
        roots.add(entry.getName().substring(0, entry.getName().indexOf('/')));
        if (entry.getName().endsWith(".class")) {
          classes.add(entry.getName());
        }
      }
    }
    assertEquals(Set.of("META-INF", "dev", "inner"), roots);
    assertEquals(
        Set.of(
            "dev/nonroot/agent/IsolatedLoader.class",
            "dev/nonroot/agent/PlainCase.class",
            "dev/nonroot/agent/PreMain.class"),
        classes);
    assertTrue(entries < 40, entries + " entries: each one slows down the start of every JVM");
  }

  @Test
  void noTestAndNoOtherFrontEndIsInIt() throws Exception {
    try (JarFile jar = new JarFile(Tree.agentJar().toFile());
        InputStream in = jar.getInputStream(jar.getEntry("inner/own.bin"))) {
      String own = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(own.contains("dev.nonroot.guard.Guard"));
      assertFalse(own.contains("dev.nonroot.fake."));
      assertFalse(own.contains("Test"));
      assertFalse(own.contains("dev.nonroot.launch"));
    }
    try (JarFile jar = new JarFile(Tree.launcherJar().toFile())) {
      assertEquals(List.of(), jar.stream().filter(e -> e.getName().contains("fake")).toList());
    }
  }

  @Test
  void theEntryIsForJava8() throws Exception {
    try (JarFile jar = new JarFile(Tree.agentJar().toFile())) {
      for (String name : List.of("PreMain", "PlainCase", "IsolatedLoader")) {
        try (InputStream in =
                jar.getInputStream(jar.getEntry("dev/nonroot/agent/" + name + ".class"));
            DataInputStream data = new DataInputStream(in)) {
          assertEquals(0xcafebabe, data.readInt());
          data.readUnsignedShort();
          assertEquals(52, data.readUnsignedShort(), name);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void anOlderJvmGetsOneLine(TestedJvm jvm) throws Exception {
    for (String version : List.of("1.8", "11")) {
      Run.Result result =
          Run.of(
                  jvm.java().toString(),
                  "-cp",
                  Tree.agentJar() + ":" + Open.classes(),
                  "dev.nonroot.dist.app.OlderJvm",
                  version)
              .go();
      assertEquals(78, result.exitCode(), result.toString());
      assertEquals(1, result.errors().size(), result.toString());
      assertTrue(
          result.errors().get(0).startsWith("nonroot: error: this JVM is Java " + version + ","),
          result.toString());
    }
  }

  @Test
  void jnrPosixIsInTheJarForSystemsOtherThanLinux() throws Exception {
    Root.required();
    Run.Result result =
        AgentRun.asUser(
                List.of(
                    Tree.javas().get(0).toString(),
                    "-cp",
                    Open.agentJar() + ":" + Open.classes(),
                    "dev.nonroot.agent.PortableIdentityApp",
                    Open.agentJar().toString()))
            .go();
    assertTrue(
        result.stdout().startsWith("Credentials[uid=10001 10001 10001 10001, gid=10001 10001"),
        result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void theCompliantPathLoadsNothingThatItDoesNotNeed(TestedJvm jvm) throws Exception {
    Root.required();
    for (String options : List.of("", "profile=baseline")) {
      List<String> command = jvm.command(options, "Exits", "0");
      List<String> logged =
          AgentRefuseIT.concat(
              List.of(command.get(0), "-Xlog:class+load"), command.subList(1, command.size()));
      String out = AgentRun.asUser(logged).go().stdout();
      assertTrue(out.contains("dev.nonroot.agent.PreMain"), out);
      for (String unneeded :
          List.of(
              "com.kenai.jffi",
              "jnr.",
              "net.bytebuddy",
              "java.util.logging",
              "javax.management",
              "java.lang.foreign.Linker",
              "java.util.regex.Pattern ",
              "java.lang.runtime.ObjectMethods", // what makes equals of a record: 60 ms
              "dev.nonroot.stepdown.StepDown ")) {
        assertFalse(out.contains("] " + unneeded) || out.contains(" " + unneeded), unneeded);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#withJar")
  void aDamagedAgentRefuses(TestedJvm jvm) throws Exception {
    Root.required();
    Path damaged = Open.directory().resolve("damaged-" + Tree.featureOf(jvm.java()) + ".jar");
    try (JarFile jar = new JarFile(Tree.agentJar().toFile());
        JarOutputStream out =
            new JarOutputStream(Files.newOutputStream(damaged), jar.getManifest())) {
      for (String name : List.of("PreMain", "PlainCase", "IsolatedLoader")) {
        String entry = "dev/nonroot/agent/" + name + ".class";
        out.putNextEntry(new ZipEntry(entry));
        jar.getInputStream(jar.getEntry(entry)).transferTo(out);
        out.closeEntry();
      }
    }
    List<String> command = jvm.command("action=warn", "Exits", "0");
    Run.Result result =
        Run.of(
                AgentRefuseIT.concat(
                    List.of(jvm.java().toString(), "-javaagent:" + damaged),
                    command.subList(2, command.size())))
            .go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals(1, result.errors().size(), result.toString());
    assertTrue(result.errors().get(0).endsWith("[unknown-identity]"), result.toString());
  }
}
