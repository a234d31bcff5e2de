package dev.nonroot.jvm;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Unpacks what the system wants to read by name, where nobody else can change it, nor put something
 * in its place. It does without {@code createTempFile}, whose random numbers may come from a
 * security provider of the application's.
 */
public final class Unpacking {
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 022;

  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final JvmFiles files;

  /**
   * @param access how files are reached
   * @throws IOException if they cannot be
   */
  public Unpacking(NativeAccess access) throws IOException {
    files = new JvmFiles(access);
  }

  /**
   * Unpacks into a new directory in {@code java.io.tmpdir} or the working directory, and removes it
   * when it has been used, or else when the JVM ends.
   *
   * @param content what to unpack
   * @param name the file's name
   * @param use what reads the file
   * @throws IOException if it can be unpacked to neither, or used from neither
   */
  public void unpack(InputStream content, String name, Consumer<File> use) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content.readAllBytes());
    StringBuilder reasons = new StringBuilder();
    for (String property : List.of("java.io.tmpdir", "user.dir")) {
      String place = System.getProperty(property);
      try {
        unpack(bytes.rewind(), files.path(new File(place)).toRealPath(), name, use);
        return;
      } catch (FileSystemException e) {
        add(reasons, place, JvmFiles.reason(e).getMessage());
      } catch (IOException | UnsatisfiedLinkError e) {
        add(reasons, place, JvmText.toBytes(String.valueOf(e.getMessage())));
      }
    }
    throw new IOException(
        name
            + " cannot be loaded from lib/ beside the jar, nor from a copy in "
            + reasons
            + "; copy lib/ as well, or set -Djava.io.tmpdir to a directory that only root can write"
            + " to, and that is not mounted noexec");
  }

  private static void add(StringBuilder reasons, String place, String reason) {
    reasons.append(reasons.isEmpty() ? "" : " or ").append(JvmText.toBytes(place));
    reasons.append(" (").append(reason).append(')');
  }

  private void unpack(ByteBuffer bytes, Path place, String name, Consumer<File> use)
      throws IOException {
    Path directory = create(place);
    Path file = directory.resolve(name);
    try {
      int self = uid(directory);
      for (Path each = place; each != null; each = each.getParent()) {
        requireOthersCannotReplaceIn(each, self);
      }
      try (WritableByteChannel out =
          Files.newByteChannel(
              file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      use.accept(new File(file.toString())); // toFile() would start the default file system
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  /** With a name that is not there yet; who guesses it wins nothing. */
  private static Path create(Path place) throws IOException {
    long number = System.nanoTime();
    for (int tries = 0; ; tries++, number++) {
      try {
        return Files.createDirectory(place.resolve("nonroot-" + number), DIRECTORY);
      } catch (FileAlreadyExistsException e) {
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  private static int uid(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  private static void requireOthersCannotReplaceIn(Path directory, int self) throws IOException {
    Map<String, Object> status = Files.readAttributes(directory, "unix:uid,mode");
    int owner = (int) status.get("uid");
    int mode = (int) status.get("mode");
    if ((owner != 0 && owner != self)
        || ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0)) {
      throw new IOException("others can replace what is in " + directory);
    }
  }
}
