package dev.nonroot.agent;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads what stands below {@code inner/} in the agent's jar. The application's loaders cannot see
 * it, so that it collides with no other version of a library there.
 *
 * <p>nonroot's own classes are in one entry, {@code classes.bin}, as each entry more costs the
 * start of the JVM a tenth of a millisecond; those of libraries are entries of their own.
 */
final class IsolatedLoader extends ClassLoader {
  private static final String PREFIX = "inner/";
  private static final String OWN = "dev.nonroot.";

  private final File path;
  private final ZipFile jar;
  private final byte[] own;

  /** Where in {@link #own} a class starts; its length is in the four bytes before. */
  private final Map<String, Integer> starts = new HashMap<>(256);

  /**
   * @param path the agent's jar
   * @throws IOException if it cannot be read
   */
  IsolatedLoader(File path) throws IOException {
    super(ClassLoader.getSystemClassLoader().getParent());
    this.path = path;
    this.jar = new ZipFile(path);
    this.own = read(jar.getEntry(PREFIX + "classes.bin"));
    int at = 0;
    while (at < own.length) {
      int nameEnd = at + 2 + ((own[at] & 0xff) << 8 | own[at + 1] & 0xff);
      @SuppressWarnings("deprecation") // of ASCII alone this makes a string fastest
      String name = new String(own, 0, at + 2, nameEnd - at - 2);
      starts.put(name, nameEnd + 4);
      at = nameEnd + 4 + length(nameEnd + 4);
    }
  }

  private int length(int start) {
    return (own[start - 4] & 0xff) << 24
        | (own[start - 3] & 0xff) << 16
        | (own[start - 2] & 0xff) << 8
        | own[start - 1] & 0xff;
  }

  private byte[] read(ZipEntry entry) throws IOException {
    byte[] bytes = new byte[(int) entry.getSize()];
    try (InputStream in = jar.getInputStream(entry)) {
      int length = 0;
      while (length < bytes.length) {
        int count = in.read(bytes, length, bytes.length - length);
        if (count < 0) {
          throw new EOFException(entry.getName());
        }
        length += count;
      }
    }
    return bytes;
  }

  /** Own classes are not asked of the parent, which would throw an exception for each. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    Integer start = starts.get(name);
    if (start != null) {
      return defineClass(name, own, start, length(start));
    }
    ZipEntry entry = jar.getEntry(PREFIX + name.replace('.', '/') + ".classdata");
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    try {
      byte[] bytes = read(entry);
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
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
