package dev.nonroot.jvm;

import dev.nonroot.system.FdPath;
import dev.nonroot.system.FileStatus;
import dev.nonroot.text.Bytes;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodType;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** What java.io.File cannot say of files: why something fails, owner and mode. */
final class JvmFiles {
  private static final String MISSING = "No such file or directory";
  static final String NOT_REGULAR = "Not a regular file";
  static final String LINK = "Is a symbolic link, which is not followed";
  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;

  private static final OpenOption[] APPEND = {
    StandardOpenOption.CREATE,
    StandardOpenOption.WRITE,
    StandardOpenOption.APPEND,
    LinkOption.NOFOLLOW_LINKS
  };

  /** By this property an application has the JVM use a file system of its own. */
  private static final String PROVIDER = "java.nio.file.spi.DefaultFileSystemProvider";

  /** The JDK's own file system where it is not the default one, or null. */
  private final FileSystem own;

  /**
   * @param access who can reach the JDK's own file system where the application puts another in its
   *     place: that one must not be started by us, nor be asked who may write to a file
   * @throws IOException if nobody can
   */
  JvmFiles(NativeAccess access) throws IOException {
    own = otherProvider() == null ? null : ownFileSystem(access);
  }

  /** The class of the application's that is to be the JVM's file system provider, or null. */
  static String otherProvider() {
    return System.getProperty(PROVIDER);
  }

  private static FileSystem ownFileSystem(NativeAccess access) throws IOException {
    try {
      return (FileSystem)
          access
              .caller()
              .findStatic(
                  Class.forName("sun.nio.fs.DefaultFileSystemProvider"),
                  "theFileSystem",
                  MethodType.methodType(FileSystem.class))
              .invoke();
    } catch (Throwable e) { // what a method handle throws
      throw new IOException(
          JvmText.toBytes("The JDK's file system cannot be had beside " + otherProvider()), e);
    }
  }

  /** A name that the locale's encoding has no bytes for cannot be that of a file here. */
  Path path(File file) throws IOException {
    try {
      return own == null ? file.toPath() : own.getPath(file.getPath());
    } catch (InvalidPathException e) {
      throw new IOException("The locale's encoding cannot write its name", e);
    }
  }

  /** The C library words the reason in the locale's language, so that only English is sure. */
  boolean isMissing(File file, IOException e) throws IOException {
    return String.valueOf(e.getMessage()).endsWith("(" + MISSING + ")") || isMissing(path(file));
  }

  /**
   * If something above is no directory, that is an error, and nothing is missing. JDK 25 answers
   * both alike if asked for attributes, or by Files.notExists.
   */
  private static boolean isMissing(Path path) {
    try {
      return path.toRealPath() == null; // never
    } catch (IOException e) {
      return e instanceof NoSuchFileException;
    }
  }

  boolean isLink(File file) throws IOException {
    try {
      Files.readSymbolicLink(path(file));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      throw reason(e);
    }
  }

  /** The JDK puts the reason behind the path, in parentheses. */
  static IOException reason(File file, IOException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = file.getPath() + " (";
    boolean usual = message.startsWith(prefix) && message.endsWith(")");
    return new IOException(
        JvmText.toBytes(usual ? message.substring(prefix.length(), message.length() - 1) : message),
        e);
  }

  static IOException reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return new IOException(MISSING, e);
    }
    if (e instanceof AccessDeniedException) {
      return new IOException("Permission denied", e);
    }
    if (e instanceof NotDirectoryException) {
      return new IOException("Not a directory", e);
    }
    String reason = e.getReason();
    return new IOException(JvmText.toBytes(reason != null ? reason : e.toString()), e);
  }

  String[] list(File directory) throws IOException {
    String[] names = directory.list();
    if (names != null) {
      return names;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(directory))) {
      throw new IOException(entries.iterator().hasNext() ? "Input/output error" : MISSING);
    } catch (FileSystemException e) {
      throw reason(e);
    }
  }

  FileStatus status(File file) throws IOException {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path(file), "unix:uid,mode,isRegularFile");
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

  String realPath(File file) throws IOException {
    try {
      return JvmText.toBytes(path(file).toRealPath().toString());
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      throw reason(e);
    }
  }

  void append(File file, String text) throws IOException {
    // Opening a FIFO waits for its reader.
    boolean device = FdPath.is(file.getPath());
    if (!device && file.exists() && (mode(file) & FILE_TYPE) == FIFO) {
      throw new IOException(NOT_REGULAR);
    }
    byte[] bytes = Bytes.of(text);
    if (device) {
      try (OutputStream out = new FileOutputStream(file, true)) {
        out.write(bytes);
      } catch (IOException e) {
        throw reason(file, e);
      }
      return;
    }
    // Root, refused or warned about, must not be led to another file by a link in /tmp.
    try (OutputStream out = Files.newOutputStream(path(file), APPEND)) {
      out.write(bytes);
    } catch (IOException e) {
      if (Files.isSymbolicLink(path(file))) {
        throw new IOException(LINK, e);
      }
      throw e instanceof FileSystemException failure ? reason(failure) : e;
    }
  }

  private int mode(File file) throws IOException {
    return (int) Files.getAttribute(path(file), "unix:mode");
  }
}
