package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import dev.nonroot.dist.Tree;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One library for glibc and musl, shown in processes of both that have no JVM to ask. */
class LibraryPortabilityIT {
  /** All that it needs of a C library; glibc has each since 2.16 or earlier. */
  private static final Set<String> NEEDED =
      new TreeSet<>(
          Arrays.asList(
              ("__errno_location __libc_current_sigrtmin _exit _setjmp clock_gettime close dladdr"
                      + " environ fcntl free fstatfs getgroups getpid longjmp"
                      + " mbrtoc16 memmove mmap munmap open poll prctl read readlink"
                      + " setfsgid setfsuid setgid setgroups setresgid setresuid setuid sigaddset"
                      + " sigemptyset strcmp strdup strlen syscall write")
                  .split(" ")));

  /** Compilers differ in where they call these, and where they write out what they do. */
  private static final Set<String> COPYING = Set.of("memcpy", "memset");

  private static final Pattern RETURNED =
      Pattern.compile("returned 0, grown by (\\d+) kB\n(.*)", Pattern.DOTALL);

  @BeforeEach
  void libraryAndCompilers() throws Exception {
    Root.required();
    assertFalse(TestedJvm.withLibrary().isEmpty());
    Root.required(Run.of("which", "gcc", "musl-gcc", "nm").go().exitCode() == 0, "needs musl-gcc");
  }

  private static Path library() {
    return Open.tree().resolve("lib/libnonroot.so");
  }

  private static Set<String> symbols(String library, String kind) throws Exception {
    Run.Result nm = Run.of("nm", "-D", "-P", kind, library).go();
    assertEquals(0, nm.exitCode(), nm.toString());
    Set<String> symbols = new TreeSet<>();
    for (String line : nm.stdout().lines().toList()) {
      symbols.add(line.substring(0, line.indexOf(' ')).replaceFirst("@.*", ""));
    }
    return symbols;
  }

  /** musl's dynamic linker, which is its C library as well. */
  private static String musl() throws Exception {
    try (DirectoryStream<Path> linkers =
        Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*.so.1")) {
      return linkers.iterator().next().toString();
    }
  }

  @Test
  void itNeedsWhatBothLibrariesHaveAndNoneByName() throws Exception {
    assertPortable(library(), NEEDED, Set.of("Agent_OnLoad"));
  }

  @Test
  void soDoesThatOfTheJarsForNativeCalls() throws Exception {
    assertPortable(
        Open.tree().resolve("lib/libnonroot-calls.so"),
        Set.of("__errno_location", "dlsym"),
        Set.of(
            "Java_java_lang_NonrootCalls_applyAsLong",
            "Java_dev_nonroot_launcher_LauncherCalls_applyAsLong"));
  }

  private static void assertPortable(Path library, Set<String> needed, Set<String> exported)
      throws Exception {
    Set<String> undefined = symbols(library.toString(), "--undefined-only");
    undefined.removeAll(COPYING);
    assertEquals(needed, undefined);
    assertEquals(exported, symbols(library.toString(), "--defined-only"));
    Set<String> glibc =
        symbols(
            Run.of("gcc", "-print-file-name=libc.so.6").go().stdout().strip(), "--defined-only");
    Set<String> musl = symbols(musl(), "--defined-only");
    for (String symbol : needed) {
      assertTrue(musl.contains(symbol), symbol);
      // before 2.34 glibc has it in libdl, which every JVM is linked with
      assertTrue(glibc.contains(symbol) || symbol.startsWith("dl"), symbol);
    }
    String dynamic = Run.of("readelf", "--dynamic", "--wide", library.toString()).go().stdout();
    assertTrue(dynamic.contains("(SONAME)"), dynamic);
    assertFalse(dynamic.contains("(NEEDED)"), dynamic);
    assertFalse(dynamic.contains("(VERNEED)"), dynamic);
    assertFalse(dynamic.contains("(TEXTREL)"), dynamic);
  }

  /** The program, built for a C library. */
  private static String fakeJvm(String compiler) throws Exception {
    Path program = Open.directory().resolve("fake-jvm-" + compiler);
    Path include = Tree.javas().get(0).getParent().resolveSibling("include");
    Run.Result built =
        Run.of(
                compiler,
                "-Wall",
                "-Wextra",
                "-Werror",
                "-isystem",
                include.toString(),
                "-isystem",
                include.resolve("linux").toString(),
                "-o",
                program.toString(),
                Path.of("src/test/c/fake-jvm.c").toAbsolutePath().toString(),
                "-pthread",
                "-ldl")
            .go();
    assertEquals(0, built.exitCode(), built.toString());
    Run.Result headers = Run.of("readelf", "--program-headers", program.toString()).go();
    assertEquals(compiler.startsWith("musl"), headers.stdout().contains("/ld-musl-"));
    return program.toString();
  }

  private static List<String> command(String program, String... args) {
    List<String> command = new ArrayList<>(List.of(program, library().toString()));
    command.addAll(List.of(args));
    return command;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void aJvmThatAnswersNothingIsCheckedAllTheSame(String compiler) throws Exception {
    String program = fakeJvm(compiler);
    for (String options : List.of("-", "exempt=jdk-tools")) {
      Run.Result refused = Run.of(command(program, options)).go();
      assertEquals(List.of(AgentRun.REFUSED, AgentRun.FIX), refused.errors());
      assertEquals(77, refused.exitCode());
    }
    Run.Result user = AgentRun.asUser(command(program, "-")).go();
    assertEquals(List.of(), user.errors());
    assertTrue(user.stdout().startsWith("returned 0"), user.toString());
    Run.Result huge = Run.of(command(program, "@1000000")).go();
    assertEquals(78, huge.exitCode());
    assertEquals(1, huge.errors().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void everyThreadStepsDownAndTheHeapIsGivenBack(String compiler) throws Exception {
    Run.Result result = Run.of(command(fakeJvm(compiler), "action=drop,user=10001", "5")).go();
    Matcher matcher = RETURNED.matcher(result.stdout());
    assertTrue(matcher.matches(), result.toString());
    // what malloc keeps; the heap is 64 MB
    assertTrue(Integer.parseInt(matcher.group(1)) < 200, result.toString());
    String thread = AgentDropIT.DROPPED.substring("all ".length()).replace(";", "");
    assertEquals((thread + "\n").repeat(6), matcher.group(2));
    assertEquals(List.of(), result.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcc", "musl-gcc"})
  void withoutMemoryNobodyKnows(String compiler) throws Exception {
    Run.Result result = Run.of(command(fakeJvm(compiler), "action=warn", "0", "10000000")).go();
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals(
        List.of(
            "nonroot: refused: the agent failed, and who this JVM runs as is not known:"
                + " out of memory [unknown-identity]"),
        result.errors());
  }
}
