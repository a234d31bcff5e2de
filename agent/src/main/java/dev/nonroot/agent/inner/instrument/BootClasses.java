package dev.nonroot.agent.inner.instrument;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/** Defines the agent's classes that have to be in package java.lang of module java.base. */
public final class BootClasses {
  private BootClasses() {}

  /**
   * Defines one.
   *
   * @param lookup who may do that
   * @param name the name of a class that the agent's jar has
   * @return the class
   * @throws IOException if it cannot be read
   * @throws IllegalAccessException if the lookup may not
   */
  public static Class<?> define(MethodHandles.Lookup lookup, String name)
      throws IOException, IllegalAccessException {
    String path = name.replace('.', '/') + ".class";
    try (InputStream in = BootClasses.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("the agent's jar has no " + path);
      }
      return lookup.defineClass(in.readAllBytes());
    }
  }
}
