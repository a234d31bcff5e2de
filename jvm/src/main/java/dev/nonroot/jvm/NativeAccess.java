package dev.nonroot.jvm;

import java.io.IOException;
import java.lang.invoke.MethodHandles;

/** How native code can be called from where a front end is. */
public interface NativeAccess {
  /**
   * @return in whose name restricted methods are called
   * @throws IOException if there is nobody who may
   */
  MethodHandles.Lookup caller() throws IOException;

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
