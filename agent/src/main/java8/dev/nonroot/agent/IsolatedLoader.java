package dev.nonroot.agent;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads what stands below {@code inner/} in the agent's jar. The application's loaders cannot see
 * it, so that it collides with no other version of a library there.
 */
final class IsolatedLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String PREFIX = "inner/";

  private final File path;
  private final ZipFile jar;

  /**
   * @param path the agent's jar
   * @throws IOException if it cannot be read
   */
  IsolatedLoader(File path) throws IOException {
    super(ClassLoader.getSystemClassLoader().getParent());
    this.path = path;
    this.jar = new ZipFile(path);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".classdata";
    ZipEntry entry = jar.getEntry(PREFIX + file);
    if (entry == null) {
      entry = jar.getEntry(PREFIX + "META-INF/versions/22/" + file);
    }
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes = new byte[(int) entry.getSize()];
    try (InputStream in = jar.getInputStream(entry)) {
      new DataInputStream(in).readFully(bytes);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  protected URL findResource(String name) {
    if (jar.getEntry(PREFIX + name) == null) {
      return null;
    }
    try {
      return new URL("jar:" + path.toURI() + "!/" + PREFIX + name);
    } catch (MalformedURLException e) {
      return null;
    }
  }
}
