package dev.nonroot.jvm;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.OperatingSystem;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.function.Supplier;
import java.util.function.ToLongBiFunction;

/**
 * Loads what calls native code: our own library where it lies beside the jar, or else
 * java.lang.foreign where the JVM has it, or else jffi.
 */
final class NativeLoader {
  private static final int FIRST_WITH_FOREIGN = 22;

  /** Before, java.lang.foreign asks the default file system where the JDK is. */
  private static final int FIRST_WITHOUT_FILES = 25;

  private NativeLoader() {}

  static NativeLibC libC(NativeAccess access, ToLongBiFunction<Object, long[]> library)
      throws IOException {
    if (library != null) {
      return new NativeLibC(new JniCalls(library));
    }
    if (Runtime.version().feature() < FIRST_WITH_FOREIGN) {
      return new NativeLibC(new JffiCalls(access));
    }
    String provider = JvmFiles.otherProvider();
    if (provider != null && Runtime.version().feature() < FIRST_WITHOUT_FILES) {
      throw new IOException(
          JvmText.toBytes(
              "java.lang.foreign would start the application's file system provider "
                  + provider
                  + "; lib/libnonroot-calls.so beside the jar does without"));
    }
    try {
      // Its class file is for Java 22 and newer only.
      Class<?> foreign =
          Class.forName("dev.nonroot.jvm.ForeignCalls", true, NativeLoader.class.getClassLoader());
      Constructor<?> constructor = foreign.getDeclaredConstructor(MethodHandles.Lookup.class);
      return new NativeLibC((NativeCalls) constructor.newInstance(access.caller()));
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      Throwable cause = e.getCause() != null ? e.getCause() : e;
      throw new IOException(JvmText.toBytes("native code cannot be called: " + cause), e);
    }
  }

  static Credentials credentials(NativeAccess access, OperatingSystem os) throws IOException {
    if (!System.getProperty("os.name").equals("Linux")) {
      return portableIdentity(access);
    }
    try {
      return new PosixCredentials(os.libC()).get();
    } catch (PosixException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Credentials portableIdentity(NativeAccess access) throws IOException {
    JffiStub.load(access);
    try {
      Class<?> identity =
          Class.forName("dev.nonroot.jvm.PortableIdentity", true, access.jnrPosix());
      Object supplier = identity.getDeclaredConstructor().newInstance();
      return (Credentials) ((Supplier<?>) supplier).get();
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw new IOException(JvmText.toBytes("jnr-posix cannot be loaded: " + e), e);
    }
  }
}
