package dev.nonroot.launcher;

import java.util.function.ToLongBiFunction;

/** The native method of {@code libnonroot-calls.so}. */
final class LauncherCalls implements ToLongBiFunction<Object, long[]> {
  /**
   * Loads the library.
   *
   * @param library its path
   */
  LauncherCalls(String library) {
    System.load(library);
  }

  @Override
  public native long applyAsLong(Object buffer, long[] numbers);
}
