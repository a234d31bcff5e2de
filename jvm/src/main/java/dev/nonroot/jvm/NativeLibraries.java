package dev.nonroot.jvm;

import java.io.File;

/** Where native libraries lie in /opt/nonroot, so that nothing has to be unpacked. */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * @param jar a front end's jar
   * @return the directory of jffi's native stub, {@code lib/<arch>} beside it, or null if it is not
   *     there
   */
  public static String stubDirectory(File jar) {
    String arch = System.getProperty("os.arch");
    File directory = new File(lib(jar), arch.equals("amd64") ? "x86_64" : arch);
    return directory.isDirectory() ? directory.getPath() : null;
  }

  /**
   * @param jar a front end's jar
   * @return {@code lib/libnonroot-calls.so} beside it, or null if it is not there
   */
  public static String calls(File jar) {
    File library = new File(lib(jar), "libnonroot-calls.so");
    return library.isFile() ? library.getPath() : null;
  }

  private static File lib(File jar) {
    return new File(jar.getAbsoluteFile().getParentFile(), "lib");
  }
}
