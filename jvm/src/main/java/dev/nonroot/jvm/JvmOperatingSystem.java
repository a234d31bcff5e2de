package dev.nonroot.jvm;

import dev.nonroot.Bytes;
import dev.nonroot.Credentials;
import dev.nonroot.FileStatus;
import dev.nonroot.OperatingSystem;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The system as a JVM sees it. Opening a file loads no class that the JVM has not loaded anyway:
 * java.nio.file, jffi and java.lang.foreign come in only when something needs them.
 */
public final class JvmOperatingSystem implements OperatingSystem {
  private static final int FIRST_WITH_FOREIGN = 22;
  private static final String MISSING = "No such file or directory";
  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;

  private final NativeAccess access;
  private NativeLibC libC;

  /**
   * @param access how native code can be called
   */
  public JvmOperatingSystem(NativeAccess access) {
    this.access = access;
  }

  private static File file(String path) {
    return new File(new String(Bytes.of(path), StandardCharsets.UTF_8));
  }

  @Override
  public InputStream open(String path) throws IOException {
    File file = file(path);
    try {
      return new FileInputStream(file);
    } catch (FileNotFoundException e) {
      if (isMissing(file, e)) {
        return null;
      }
      throw reason(file, e);
    }
  }

  /** The C library words the reason in the locale's language, so that only English is sure. */
  private static boolean isMissing(File file, FileNotFoundException e) {
    return String.valueOf(e.getMessage()).endsWith("(" + MISSING + ")")
        || Files.notExists(file.toPath());
  }

  /** The JDK puts the reason behind the path, in parentheses. */
  private static IOException reason(File file, FileNotFoundException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = file.getPath() + " (";
    boolean usual = message.startsWith(prefix) && message.endsWith(")");
    return new IOException(
        usual ? message.substring(prefix.length(), message.length() - 1) : message);
  }

  @Override
  public String[] list(String path) throws IOException {
    File directory = file(path);
    String[] names = directory.list();
    if (names == null) {
      try (var entries = Files.newDirectoryStream(directory.toPath())) {
        throw new IOException("cannot be listed by " + entries);
      } catch (FileSystemException e) {
        throw reason(e);
      }
    }
    return names;
  }

  @Override
  public FileStatus status(String path) throws IOException {
    File file = file(path);
    if (!file.exists()) {
      try (InputStream in = open(path)) {
        if (in == null) {
          return null;
        }
      }
    }
    try {
      Map<String, Object> attributes =
          Files.readAttributes(file.toPath(), "unix:uid,mode,isRegularFile");
      return new FileStatus(
          (boolean) attributes.get("isRegularFile"),
          (int) attributes.get("uid") & 0xffff_ffffL,
          (int) attributes.get("mode") & 07777);
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      throw reason(e);
    }
  }

  private static IOException reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return new IOException(MISSING, e);
    }
    if (e instanceof AccessDeniedException) {
      return new IOException("Permission denied", e);
    }
    String reason = e.getReason();
    return new IOException(reason != null ? reason : e.toString(), e);
  }

  @Override
  public void append(String path, String text) throws IOException {
    File file = file(path);
    // Opening a FIFO waits for its reader; /dev/stdout and its like have one.
    boolean device = file.getPath().startsWith("/dev/") || file.getPath().startsWith("/proc/");
    if (!device && file.exists() && (mode(file) & FILE_TYPE) == FIFO) {
      throw new IOException("Not a regular file");
    }
    try (FileOutputStream out = new FileOutputStream(file, true)) {
      out.write(Bytes.of(text));
    } catch (FileNotFoundException e) {
      throw reason(file, e);
    }
  }

  private static int mode(File file) throws IOException {
    return (int) Files.getAttribute(file.toPath(), "unix:mode", new LinkOption[0]);
  }

  @Override
  public LibC libC() throws IOException {
    return nativeLibC();
  }

  /**
   * Gives access to the C library with what only a JVM needs of it.
   *
   * @return the C library
   * @throws IOException if native code cannot be called here
   */
  public NativeLibC nativeLibC() throws IOException {
    if (libC == null) {
      libC = new NativeLibC(nativeCalls());
    }
    return libC;
  }

  private NativeCalls nativeCalls() throws IOException {
    try {
      if (Runtime.version().feature() < FIRST_WITH_FOREIGN) {
        return new JffiCalls(access.stubDirectory());
      }
      Class<?> foreign =
          Class.forName(
              "dev.nonroot.jvm.ForeignCalls", true, JvmOperatingSystem.class.getClassLoader());
      Constructor<?> constructor = foreign.getDeclaredConstructor(MethodHandles.Lookup.class);
      return (NativeCalls) constructor.newInstance(access.caller());
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      Throwable cause = e.getCause() != null ? e.getCause() : e;
      throw new IOException("native code cannot be called: " + cause, e);
    }
  }

  @Override
  public Credentials credentialsByCalls() throws IOException {
    if (!System.getProperty("os.name").equals("Linux")) {
      return portableIdentity();
    }
    try {
      return new Posix(libC()).credentials();
    } catch (PosixException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Credentials portableIdentity() throws IOException {
    try {
      Class<?> identity =
          Class.forName("dev.nonroot.jvm.PortableIdentity", true, access.jnrPosix());
      Object supplier = identity.getDeclaredConstructor().newInstance();
      return (Credentials) ((Supplier<?>) supplier).get();
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw new IOException("jnr-posix cannot be loaded: " + e, e);
    }
  }
}
