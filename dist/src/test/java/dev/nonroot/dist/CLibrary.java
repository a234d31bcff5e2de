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
    return build(name, "lib" + name + ".so", "-shared", "-fPIC");
  }

  /**
   * Builds a program from {@code src/test/c}.
   *
   * @param name the name of its source, without the ending
   * @return the program, which everybody can run
   */
  public static Path program(String name) throws Exception {
    return build(name, name);
  }

  private static Path build(String name, String file, String... options) throws Exception {
    Root.required(Run.of("which", "gcc").go().exitCode() == 0, "needs gcc");
    Path result = Open.directory().resolve(file);
    List<String> gcc = new ArrayList<>(List.of("gcc", "-Wall", "-Wextra", "-Werror", "-pthread"));
    gcc.addAll(List.of(options));
    gcc.addAll(List.of("-o", result.toString(), "src/test/c/" + name + ".c"));
    Run.Result built = Run.of(gcc).go();
    assertEquals(0, built.exitCode(), built.toString());
    return result;
  }
}
