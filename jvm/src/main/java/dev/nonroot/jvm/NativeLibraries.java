package dev.nonroot.jvm;

import dev.nonroot.system.FileStatus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;

/**
 * Where native libraries lie in /opt/nonroot, so that nothing has to be unpacked. One counts only
 * if it is root's, or of who owns the jar: beside a jar in /tmp anyone can make a {@code lib}.
 */
public final class NativeLibraries {
  /** jffi's native library, as its loader calls it. */
  static final String STUB = "libjffi-1.2.so";

  private static final int WRITABLE = 022;
  private static final int STICKY = 01000;

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

  /**
   * Whether it is there, and nobody else can put another in its place: neither it nor a directory
   * up to the jar's is a link, somebody else's, or one that others can write to.
   */
  private static boolean trusted(NativeAccess access, File jar, File library) {
    if (!library.isFile()) {
      return false;
    }
    try {
      JvmFiles files = new JvmFiles(access);
      long owner = files.status(jar).owner();
      File end = lib(jar).getParentFile();
      for (File each = library; !each.equals(end); each = each.getParentFile()) {
        if (Files.isSymbolicLink(files.path(each)) || !isOwn(files.status(each), owner, WRITABLE)) {
          return false;
        }
      }
      FileStatus directory = files.status(end);
      // in a sticky directory nobody else can rename what is there
      return isOwn(directory, owner, (directory.mode() & STICKY) != 0 ? 0 : WRITABLE);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOwn(FileStatus status, long owner, int barred) {
    return (status.owner() == 0 || status.owner() == owner) && (status.mode() & barred) == 0;
  }

  private static File lib(File jar) {
    return new File(jar.getAbsoluteFile().getParentFile(), "lib");
  }
}
