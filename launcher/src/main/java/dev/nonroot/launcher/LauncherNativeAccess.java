package dev.nonroot.launcher;

import dev.nonroot.jvm.NativeAccess;
import dev.nonroot.jvm.StubDirectory;
import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.URISyntaxException;

/** Native access for the launcher, whose manifest grants it. */
final class LauncherNativeAccess implements NativeAccess {
  @Override
  public MethodHandles.Lookup caller() {
    return MethodHandles.lookup();
  }

  @Override
  public String stubDirectory() {
    try {
      return StubDirectory.beside(
          new File(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      return null;
    }
  }

  @Override
  public ClassLoader jnrPosix() throws IOException {
    throw new IOException("the launcher is for Linux");
  }
}
