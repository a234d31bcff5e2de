package dev.nonroot.agent;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads what stands below {@code inner/} in the agent's jar. The application's loaders cannot see
 * it, so that it collides with no other version of a library there.
 *
 * <p>The classes are packed in three entries, as each entry of a jar costs the start of every JVM:
 * it is hashed when the jar is opened. nonroot's own are in {@code own.bin}; {@code libraries.bin}
 * and {@code instrumentation.bin}, which is Byte Buddy's ASM and what woven code calls, are read
 * when something asks for a class of theirs.
 */
final class IsolatedLoader extends ClassLoader {
  private static final String AGENT = "dev.nonroot.agent.inner.Agent";
  private static final String PREFIX = "inner/";
  private static final String OWN = "dev.nonroot.";
  private static final String LIBRARIES = "libraries.bin";
  private static final String INSTRUMENTATION = "instrumentation.bin";
  private static final String CLASS = ".class";

  private final File path;
  private final ZipFile jar;
  private final byte[] own;
  private final Map<String, Integer> ownStarts = new HashMap<>(256);

  /** Packs that have been read, by the names of their entries, and where their classes start. */
  private final Map<String, byte[]> packs = new HashMap<>();

  private final Map<String, Map<String, Integer>> starts = new HashMap<>();

  /**
   * @param path the agent's jar
   * @throws IOException if it cannot be read
   */
  IsolatedLoader(File path) throws IOException {
    // The parent of the system class loader may be the application's: java.system.class.loader.
    super(null);
    this.path = path;
    this.jar = new ZipFile(path);
    this.own = read(jar.getEntry(PREFIX + "own.bin"));
    index(own, ownStarts);
  }

  /**
   * Runs the agent proper, in a loader of its own. It is here, and not in {@link PreMain}, as the
   * JVM would load this class to verify that one, also where the plain case needs none of it.
   *
   * @param options {@code key=value,…}, or empty
   * @param instrumentation what the JVM gives to an agent
   * @throws Exception if the agent cannot be loaded
   */
  @SuppressWarnings("unchecked")
  static void runAgent(String options, Instrumentation instrumentation) throws Exception {
    File jar =
        new File(IsolatedLoader.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ((BiConsumer<String, Instrumentation>)
            new IsolatedLoader(jar).loadClass(AGENT).getConstructor(File.class).newInstance(jar))
        .accept(options, instrumentation);
  }

  /** Notes where each class of a pack starts; its length is in the four bytes before. */
  private static void index(byte[] pack, Map<String, Integer> starts) {
    int at = 0;
    while (at < pack.length) {
      int nameEnd = at + 2 + ((pack[at] & 0xff) << 8 | pack[at + 1] & 0xff);
      @SuppressWarnings("deprecation") // of ASCII alone this makes a string fastest
      String name = new String(pack, 0, at + 2, nameEnd - at - 2);
      starts.put(name, nameEnd + 4);
      at = nameEnd + 4 + length(pack, nameEnd + 4);
    }
  }

  private static int length(byte[] pack, int start) {
    return (pack[start - 4] & 0xff) << 24
        | (pack[start - 3] & 0xff) << 16
        | (pack[start - 2] & 0xff) << 8
        | pack[start - 1] & 0xff;
  }

  private byte[] read(ZipEntry entry) throws IOException {
    if (entry == null) {
      throw new EOFException(path + " is not whole");
    }
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
    Integer start = ownStarts.get(name);
    if (start != null) {
      return defineClass(name, own, start, length(own, start));
    }
    String pack = name.startsWith("net.bytebuddy.") ? INSTRUMENTATION : LIBRARIES;
    start = starts(pack).get(name);
    if (start == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, packs.get(pack), start, length(packs.get(pack), start));
  }

  private synchronized Map<String, Integer> starts(String pack) throws ClassNotFoundException {
    if (!starts.containsKey(pack)) {
      Map<String, Integer> found = new HashMap<>(256);
      try {
        packs.put(pack, read(jar.getEntry(PREFIX + pack)));
      } catch (IOException e) {
        throw new ClassNotFoundException(pack, e);
      }
      index(packs.get(pack), found);
      starts.put(pack, found);
    }
    return starts.get(pack);
  }

  /**
   * Classes are no files here, but for those of java.lang, and those that are inlined: this loads
   * neither.
   */
  @Override
  public InputStream getResourceAsStream(String name) {
    if (name.endsWith(CLASS)) {
      String className = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
      Integer start = ownStarts.get(className);
      byte[] pack = own;
      try {
        if (start == null) {
          start = starts(INSTRUMENTATION).get(className);
          pack = packs.get(INSTRUMENTATION);
        }
        if (start != null) {
          return new ByteArrayInputStream(pack, start, length(pack, start));
        }
      } catch (ClassNotFoundException e) {
        return null;
      }
    }
    // Not by a URL: for "jar:" the JVM asks the application's URLStreamHandlerProviders.
    ZipEntry entry = jar.getEntry(PREFIX + name);
    try {
      return entry == null ? super.getResourceAsStream(name) : jar.getInputStream(entry);
    } catch (IOException e) {
      return null;
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
