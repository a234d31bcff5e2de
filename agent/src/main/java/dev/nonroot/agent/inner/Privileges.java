package dev.nonroot.agent.inner;

import dev.nonroot.agent.inner.instrument.BootClasses;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongBiFunction;

/** Native access for an agent, which no command-line option and no manifest can grant. */
final class Privileges {
  private static final String CALLS = "java.lang.NonrootCalls";
  private static final String JNR_POSIX = "jnr-posix.jar";

  private Privileges() {}

  /**
   * Restricted methods look at the module of their caller, and an unnamed module cannot be granted
   * native access without all the others. So they are called in the name of java.base, which has
   * it: java.lang.invoke is opened to this agent's module, and to nobody else.
   */
  static MethodHandles.Lookup trustedLookup(Instrumentation instrumentation) throws IOException {
    try {
      open(instrumentation, "java.lang.invoke");
      Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
      trusted.setAccessible(true);
      return ((MethodHandles.Lookup) trusted.get(null)).in(Object.class);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IOException("native access cannot be had: " + e, e);
    }
  }

  private static void open(Instrumentation instrumentation, String packageName) {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of(packageName, Set.of(Privileges.class.getModule())),
        Set.of(),
        Map.of());
  }

  /** A class of java.base may have native methods without a warning. */
  @SuppressWarnings("unchecked")
  static ToLongBiFunction<Object, long[]> calls(Instrumentation instrumentation, String library) {
    if (library == null) {
      return null;
    }
    try {
      MethodHandles.Lookup lookup = trustedLookup(instrumentation);
      open(instrumentation, "java.lang");
      Constructor<?> constructor =
          BootClasses.define(lookup, CALLS).getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      return (ToLongBiFunction<Object, long[]>) constructor.newInstance(library);
    } catch (IOException | ReflectiveOperationException | LinkageError | RuntimeException e) {
      return null; // of another architecture, or on a file system that is mounted noexec
    }
  }

  /** jnr-posix is 2,000 classes, which would make opening this jar slow: it is a jar in the jar. */
  static ClassLoader jnrPosix() throws IOException {
    ClassLoader own = Privileges.class.getClassLoader();
    Path copy = Files.createTempFile("nonroot-", ".jar");
    copy.toFile().deleteOnExit();
    try (InputStream in = own.getResourceAsStream(JNR_POSIX)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return new URLClassLoader(new URL[] {copy.toUri().toURL()}, own);
  }
}
