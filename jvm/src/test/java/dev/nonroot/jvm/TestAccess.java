package dev.nonroot.jvm;

import java.lang.invoke.MethodHandles;
import java.util.function.ToLongBiFunction;

/** Native access as a program on the class path has it. */
enum TestAccess implements NativeAccess {
  INSTANCE;

  @Override
  public MethodHandles.Lookup caller() {
    return MethodHandles.lookup();
  }

  @Override
  public ToLongBiFunction<Object, long[]> calls() {
    return null;
  }

  @Override
  public String stubDirectory() {
    return null;
  }

  @Override
  public ClassLoader jnrPosix() {
    return TestAccess.class.getClassLoader();
  }
}
