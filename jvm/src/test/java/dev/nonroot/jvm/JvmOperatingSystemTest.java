package dev.nonroot.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.system.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class JvmOperatingSystemTest {
  private final JvmOperatingSystem os = new JvmOperatingSystem(TestAccess.INSTANCE);
  @TempDir private Path directory;

  private String path(String name) {
    return JvmText.toBytes(directory.resolve(name).toString());
  }

  @Test
  void opensWhatIsThere() throws Exception {
    Files.writeString(directory.resolve("ä b"), "text");
    try (InputStream in = os.open(path("ä b"))) {
      assertEquals("text", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void opensNothingButRegularFilesAsSuch() throws Exception {
    Files.writeString(directory.resolve("file"), "text");
    try (InputStream in = os.openRegular(path("file"))) {
      assertEquals("text", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
    assertNull(os.openRegular(path("missing")));
    assertEquals("Not a regular file", reason(() -> os.openRegular(path(""))));
    assertEquals("Not a regular file", reason(() -> os.openRegular("/dev/null")));
  }

  @Test
  void whatIsMissingIsNull() throws Exception {
    assertNull(os.open(path("missing")));
    assertNull(os.status(path("missing")));
    assertNull(os.open("/nonexistent/file"));
  }

  /** A policy file as Kubernetes mounts it, of which a part is gone. */
  @Test
  void aLinkThatLeadsNowhereHasNoStatus() throws Exception {
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("missing"));
    assertEquals("Is a symbolic link that leads nowhere", reason(() -> os.status(path("link"))));
    assertNull(os.open(path("link")));
    assertNull(os.openRegular(path("link")));
  }

  @Test
  void aDirectoryIsNoFile() throws Exception {
    assertEquals("Is a directory", reason(() -> os.open(path(""))));
    assertFalse(os.status(path("")).regular());
  }

  @Test
  void aFileBelowAFileIsAnError() throws Exception {
    Files.writeString(directory.resolve("file"), "");
    assertEquals("Not a directory", reason(() -> os.open(path("file/below"))));
    assertEquals("Not a directory", reason(() -> os.status(path("file/below"))));
  }

  @Test
  void aLoopOfLinksIsAnError() throws Exception {
    Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
    assertEquals("Too many levels of symbolic links", reason(() -> os.open(path("loop"))));
  }

  @Test
  void statusTellsOwnerAndMode() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    FileStatus status = os.status(path("file"));
    assertTrue(status.regular());
    assertEquals(0660, status.mode());
    assertEquals((int) Files.getAttribute(file, "unix:uid"), status.owner());
  }

  @Test
  void listsNames() throws Exception {
    Files.writeString(directory.resolve("one"), "");
    assertArrayEquals(new String[] {"one"}, os.list(path("")));
    assertEquals("No such file or directory", reason(() -> os.list(path("missing"))));
    assertEquals("Not a directory", reason(() -> os.list(path("one"))));
  }

  /** What is reached through /proc need not be the kernel's. */
  @Test
  void followsNoLinkThatIsNotTheKernels() throws Exception {
    Files.writeString(Path.of(path("aim")), "");
    Files.createSymbolicLink(Path.of(path("link")), Path.of(path("aim")));
    for (String before : List.of("", "/proc/self/root", "/proc/..")) {
      assertEquals(
          "Is a symbolic link, which is not followed",
          reason(() -> os.append(before + path("link"), "x")));
    }
    assertEquals("", Files.readString(Path.of(path("aim"))));
  }

  @Test
  void appendsBytes() throws Exception {
    os.append(path("log"), "a\u00ff\n");
    os.append(path("log"), "b\n");
    assertArrayEquals(
        new byte[] {'a', (byte) 0xff, '\n', 'b', '\n'},
        Files.readAllBytes(directory.resolve("log")));
    assertEquals("Is a directory", reason(() -> os.append(path(""), "x")));
    assertEquals("No such file or directory", reason(() -> os.append(path("no/log"), "x")));
  }

  private static String reason(Executable call) {
    return assertThrows(IOException.class, call).getMessage();
  }
}
