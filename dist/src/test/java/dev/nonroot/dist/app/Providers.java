package dev.nonroot.dist.app;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.security.Provider;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;

/** What an application can have the JDK start of its own; each says so if root starts it. */
@SuppressWarnings("SystemOut")
public final class Providers {
  private Providers() {}

  /** Prints a line if this process is root. */
  public static void started(String what) {
    try (InputStream in = new FileInputStream("/proc/thread-self/status")) {
      String status = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      if (status.contains("\nUid:\t0\t")) {
        System.out.println(what + " started as root");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** For {@code java.util.logging.manager}. */
  public static final class Logs extends LogManager {
    static {
      started("log manager");
    }

    /** For the JDK. */
    public Logs() {}
  }

  /** For {@code security.provider.1} in {@code java.security.properties}. */
  public static final class Security extends Provider {
    static {
      started("security provider");
    }

    private static final long serialVersionUID = 1;

    /** For the JDK. */
    public Security() {
      super("Test", "1", "a provider without services");
    }
  }

  /** For {@code java.nio.file.spi.DefaultFileSystemProvider}: the one that was there. */
  public static final class Files extends FileSystemProvider {
    static {
      started("file system provider");
    }

    private final FileSystemProvider given;

    /** For the JDK. */
    public Files(FileSystemProvider given) {
      this.given = given;
    }

    @Override
    public String getScheme() {
      return given.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
      return given.newFileSystem(uri, env);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return given.getFileSystem(uri);
    }

    @Override
    public Path getPath(URI uri) {
      return given.getPath(uri);
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return given.newByteChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
      return given.newDirectoryStream(path, filter);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
      given.createDirectory(path, attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      given.delete(path);
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
      given.copy(from, to, options);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      given.move(from, to, options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return given.isSameFile(one, other);
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return given.isHidden(path);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return given.getFileStore(path);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      given.checkAccess(path, modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return given.getFileAttributeView(path, type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return given.readAttributes(path, type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return given.readAttributes(path, names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      given.setAttribute(path, name, value, options);
    }
  }
}
