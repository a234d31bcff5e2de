package dev.nonroot.jvm;

import com.kenai.jffi.Library;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;

/**
 * Loads jffi's native library in place of jffi, which looks for it where root must not: in the
 * directories that {@code jffi.boot.library.path} and {@code java.library.path} name, thus
 * LD_LIBRARY_PATH, which may be the application's. It also starts java.util.logging, and the
 * application's log manager with it.
 */
final class JffiStub {
  private JffiStub() {}

  /**
   * Loads it from beside the jar, or else from a copy of the one in the jar.
   *
   * @throws IOException if it cannot be loaded, e.g. because it is not there and every directory to
   *     unpack it to is read-only or mounted noexec
   */
  static void load(NativeAccess access) throws IOException {
    String directory = access.stubDirectory();
    try {
      if (directory == null || !isLoaded(new File(directory, NativeLibraries.STUB))) {
        loadCopy(access);
      }
      // jffi's other classes ask for it, and would load it themselves.
      Class<?> init = Class.forName("com.kenai.jffi.Init", true, Library.class.getClassLoader());
      Field loaded = init.getDeclaredField("loaded");
      loaded.setAccessible(true);
      loaded.setBoolean(null, true);
    } catch (LinkageError | ReflectiveOperationException | RuntimeException e) {
      throw failure(e);
    }
  }

  private static boolean isLoaded(File library) {
    try {
      System.load(library.getPath());
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false; // on a file system that is mounted noexec
    }
  }

  private static void loadCopy(NativeAccess access) throws IOException {
    String entry = entry();
    try (InputStream in = JffiStub.class.getClassLoader().getResourceAsStream(entry)) {
      if (in == null) {
        throw new UnsatisfiedLinkError("there is no " + entry);
      }
      new Unpacking(access).unpack(in, NativeLibraries.STUB, file -> System.load(file.getPath()));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static String entry() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    return os.startsWith("Mac")
        ? "jni/Darwin/libjffi-1.2.jnilib"
        : "jni/" + (arch.equals("amd64") ? "x86_64" : arch) + "-" + os + "/" + NativeLibraries.STUB;
  }

  static IOException failure(Throwable e) {
    String text = String.valueOf(e.getMessage());
    int newline = text.indexOf('\n');
    return new IOException(
        JvmText.toBytes("jffi cannot be loaded: ")
            + (newline < 0 ? text : text.substring(0, newline)),
        e);
  }
}
