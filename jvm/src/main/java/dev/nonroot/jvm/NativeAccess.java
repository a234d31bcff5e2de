package dev.nonroot.jvm;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.function.ToLongBiFunction;

/** How native code can be called from where a front end is. */
public interface NativeAccess {
  /**
   * @return in whose name restricted methods are called
   * @throws IOException if there is nobody who may
   */
  MethodHandles.Lookup caller() throws IOException;

  /**
   * Loads {@code libnonroot-calls.so} into a class of which the JVM does not warn.
   *
   * @return its native method, or null if there is no such library here, or none that can be
   *     loaded: given a direct buffer and null, it returns the buffer's address; given null and
   *     eight numbers, it calls the function at the first with the next six, puts errno(3) into the
   *     last, and returns what the function returns; where the first is 0, it calls dlsym(3) for
   *     the name at the second
   */
  ToLongBiFunction<Object, long[]> calls();

  /**
   * @return the directory of jffi's native stub, or null if it is to be unpacked
   */
  String stubDirectory();

  /**
   * @return the class loader that has jnr-posix, for systems other than Linux
   * @throws IOException if there is none
   */
  ClassLoader jnrPosix() throws IOException;
}
