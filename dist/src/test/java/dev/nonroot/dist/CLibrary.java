package dev.nonroot.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Libraries in C that tests load into their processes. */
public final class CLibrary {
  private CLibrary() {}

  /**
   * Builds one from {@code src/test/c}.
   *
   * @param name the name of its source, without the ending
   * @return the library, which everybody can read
   */
  public static Path of(String name) throws Exception {
    Root.required(Run.of("which", "gcc").go().exitCode() == 0, "needs gcc");
    Path library = Open.directory().resolve("lib" + name + ".so");
    List<String> gcc =
        new ArrayList<>(List.of("gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"));
    gcc.addAll(List.of("-pthread", "-o", library.toString(), "src/test/c/" + name + ".c"));
    Run.Result built = Run.of(gcc).go();
    assertEquals(0, built.exitCode(), built.toString());
    return library;
  }
}
