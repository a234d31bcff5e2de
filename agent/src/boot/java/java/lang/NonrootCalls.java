package java.lang;

import java.util.function.ToLongBiFunction;

/**
 * The native method of {@code libnonroot-calls.so}. It is in this package as a JVM warns of native
 * methods elsewhere; an application cannot reach it.
 */
final class NonrootCalls implements ToLongBiFunction<Object, long[]> {
  /**
   * Loads the library.
   *
   * @param library its path
   */
  @SuppressWarnings("restricted") // from 24 on; java.base may load a library without a permission
  NonrootCalls(String library) {
    System.load(library);
  }

  @Override
  public native long applyAsLong(Object buffer, long[] numbers);
}
