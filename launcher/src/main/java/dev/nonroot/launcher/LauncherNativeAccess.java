package dev.nonroot.launcher;

import dev.nonroot.jvm.NativeAccess;
import dev.nonroot.jvm.NativeLibraries;
import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.URISyntaxException;
import java.util.function.ToLongBiFunction;

/** Native access for the launcher, whose manifest grants it. */
final class LauncherNativeAccess implements NativeAccess {
  @Override
  public MethodHandles.Lookup caller() {
    return MethodHandles.lookup();
  }

  @Override
  public ToLongBiFunction<Object, long[]> calls() {
    File jar = jar();
    String library = jar == null ? null : NativeLibraries.calls(this, jar);
    try {
      return library == null ? null : new LauncherCalls(library);
    } catch (LinkageError e) {
      return null; // of another architecture, or on a file system that is mounted noexec
    }
  }

  @Override
  public String stubDirectory() {
    File jar = jar();
    return jar == null ? null : NativeLibraries.stubDirectory(this, jar);
  }

  private static File jar() {
    try {
      return new File(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      return null;
    }
  }

  @Override
  public ClassLoader jnrPosix() throws IOException {
    throw new IOException("the launcher is for Linux");
  }
}
