package dev.nonroot.jvm;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.LibC;
import dev.nonroot.system.FileStatus;
import dev.nonroot.system.OperatingSystem;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongBiFunction;

/**
 * The system as a JVM sees it. Opening a file, or not finding one, loads no class that the JVM has
 * not loaded anyway; {@link JvmFiles} and {@link NativeLoader} come in when something needs them.
 */
public final class JvmOperatingSystem implements OperatingSystem {
  private final NativeAccess access;
  private JvmFiles files;
  private NativeLibC libC;
  private ToLongBiFunction<Object, long[]> calls;
  private boolean callsAreKnown;

  /**
   * @param access how native code can be called
   */
  public JvmOperatingSystem(NativeAccess access) {
    this.access = access;
  }

  private JvmFiles files() throws IOException {
    if (files == null) {
      files = new JvmFiles(access);
    }
    return files;
  }

  /** The library that calls native code at no cost, or null: asked for once, by any thread. */
  private synchronized ToLongBiFunction<Object, long[]> calls() {
    if (!callsAreKnown) {
      calls = access.calls();
      callsAreKnown = true;
    }
    return calls;
  }

  @Override
  public InputStream open(String path) throws IOException {
    File file = new File(JvmText.ofBytes(path));
    try {
      return new FileInputStream(file);
    } catch (IOException e) {
      if (files().isMissing(file, e)) {
        return null;
      }
      throw JvmFiles.reason(file, e);
    }
  }

  /**
   * There is no statfs(2) without native code. What tells a file of the kernel's from a plain one
   * is that it has content, and no size.
   */
  @Override
  public InputStream openProc(String path) throws IOException {
    InputStream in = open(path);
    if (in == null || in.available() == 0) {
      return in;
    }
    in.close();
    throw new IOException(OperatingSystem.NOT_PROC);
  }

  /** The status first, as opening a FIFO waits for its writer. */
  @Override
  public InputStream openRegular(String path) throws IOException {
    FileStatus status = statusOf(path);
    if (status != null && !status.regular()) {
      throw new IOException(JvmFiles.NOT_REGULAR);
    }
    return status == null ? null : open(path);
  }

  @Override
  public String[] list(String path) throws IOException {
    return files().list(new File(JvmText.ofBytes(path)));
  }

  @Override
  public FileStatus status(String path) throws IOException {
    FileStatus status = statusOf(path);
    if (status == null && files().isLink(new File(JvmText.ofBytes(path)))) {
      throw new IOException(OperatingSystem.LINK_TO_NOTHING);
    }
    return status;
  }

  private FileStatus statusOf(String path) throws IOException {
    File file = new File(JvmText.ofBytes(path));
    if (!file.exists()) {
      // false also stands for a directory above that must not be searched
      try (InputStream in = open(path)) {
        if (in == null) {
          return null;
        }
      }
    }
    return files().status(file);
  }

  @Override
  public String realPath(String path) throws IOException {
    return files().realPath(new File(JvmText.ofBytes(path)));
  }

  @Override
  public void append(String path, String text) throws IOException {
    ToLongBiFunction<Object, long[]> library = calls();
    if (library != null) {
      Appending.byCalls(library, path, text);
    } else {
      Appending.byThread(files(), new File(JvmText.ofBytes(path)), text);
    }
  }

  @Override
  public LibC libC() throws IOException {
    return nativeLibC();
  }

  @Override
  public LibC loadedLibC() {
    return libC;
  }

  /**
   * Gives access to the C library with what only a JVM needs of it.
   *
   * @return the C library
   * @throws IOException if native code cannot be called here
   */
  public NativeLibC nativeLibC() throws IOException {
    if (libC == null) {
      libC = NativeLoader.libC(access, calls());
    }
    return libC;
  }

  @Override
  public Credentials credentialsByCalls() throws IOException {
    return NativeLoader.credentials(access, this);
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void pause(int millis) {
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
