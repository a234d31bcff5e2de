package dev.nonroot.jvm;

import java.io.File;

/** Where jffi's native stub lies in /opt/nonroot, so that nothing has to be unpacked. */
public final class StubDirectory {
  private StubDirectory() {}

  /**
   * @param jar a front end's jar
   * @return {@code lib/<arch>} beside it, or null if it is not there
   */
  public static String beside(File jar) {
    String arch = System.getProperty("os.arch");
    File lib = new File(jar.getAbsoluteFile().getParentFile(), "lib");
    File directory = new File(lib, arch.equals("amd64") ? "x86_64" : arch);
    return directory.isDirectory() ? directory.getPath() : null;
  }
}
