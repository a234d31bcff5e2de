package dev.nonroot.jvm;

import java.io.File;
import java.io.IOException;

/**
 * Where native libraries lie in /opt/nonroot, so that nothing has to be unpacked. One counts only
 * if it is root's, or of who owns the jar: beside a jar in /tmp anyone can make a {@code lib}.
 */
public final class NativeLibraries {
  /** jffi's native library, as its loader calls it. */
  static final String STUB = "libjffi-1.2.so";

  private NativeLibraries() {}

  /**
   * @param access how the owner of a file is found out
   * @param jar a front end's jar
   * @return the directory of jffi's native stub, {@code lib/<arch>} beside it, or null if it is not
   *     there
   */
  public static String stubDirectory(NativeAccess access, File jar) {
    String arch = System.getProperty("os.arch");
    File directory = new File(lib(jar), arch.equals("amd64") ? "x86_64" : arch);
    return trusted(access, jar, new File(directory, STUB)) ? directory.getPath() : null;
  }

  /**
   * @param access how the owner of a file is found out
   * @param jar a front end's jar
   * @return {@code lib/libnonroot-calls.so} beside it, or null if it is not there
   */
  public static String calls(NativeAccess access, File jar) {
    File library = new File(lib(jar), "libnonroot-calls.so");
    return trusted(access, jar, library) ? library.getPath() : null;
  }

  /** Whether it is there, and neither it nor a directory up to the jar's is somebody else's. */
  private static boolean trusted(NativeAccess access, File jar, File library) {
    if (!library.isFile()) {
      return false;
    }
    try {
      JvmFiles files = new JvmFiles(access);
      long owner = files.status(jar).owner();
      File end = lib(jar).getParentFile();
      for (File each = library; !each.equals(end); each = each.getParentFile()) {
        long uid = files.status(each).owner();
        if (uid != 0 && uid != owner) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static File lib(File jar) {
    return new File(jar.getAbsoluteFile().getParentFile(), "lib");
  }
}
