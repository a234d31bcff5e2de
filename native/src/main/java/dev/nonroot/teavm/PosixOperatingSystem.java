package dev.nonroot.teavm;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixCredentials;
import dev.nonroot.posix.PosixException;
import dev.nonroot.system.FdPath;
import dev.nonroot.system.FileStatus;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Address;

/** The system as the C library gives it. */
final class PosixOperatingSystem implements OperatingSystem {
  private static final int ENTRIES_SIZE = 512;

  // struct linux_dirent64: the inode's number and an offset of 8 bytes each, then these
  private static final int LENGTH = 16;
  private static final int NAME = 19;

  /** PATH_MAX. */
  private static final int PATH_SIZE = 4096;

  private final LibC libC = new CLibC();

  @Override
  public InputStream open(String path) throws IOException {
    return stream(C.open(Address.ofData(CText.of(path))));
  }

  @Override
  public InputStream openProc(String path) throws IOException {
    int fd = C.openProc(Address.ofData(CText.of(path)));
    if (fd < 0 && C.errno() == 0) {
      throw new IOException(OperatingSystem.NOT_PROC);
    }
    return stream(fd);
  }

  @Override
  public InputStream openRegular(String path) throws IOException {
    return stream(C.openRegular(Address.ofData(CText.of(path))));
  }

  private static InputStream stream(int fd) throws IOException {
    return fd < 0 ? noneIfMissing() : new FileDescriptorInputStream(fd);
  }

  private static InputStream noneIfMissing() throws IOException {
    int errno = C.errno();
    if (errno != Errno.ENOENT) {
      throw failure(errno);
    }
    return null;
  }

  private static IOException failure(int errno) {
    return new IOException(errno == 0 ? "Not a regular file" : Errno.text(errno));
  }

  @Override
  public String[] list(String path) throws IOException {
    int fd = C.openatDirectory(LibC.AT_FDCWD, Address.ofData(CText.of(path)));
    if (fd < 0) {
      throw failure(C.errno());
    }
    List<String> names = new ArrayList<>();
    byte[] entries = new byte[ENTRIES_SIZE];
    int size = C.getdents64(fd, Address.ofData(entries), entries.length);
    while (size > 0) {
      for (int entry = 0; entry < size; entry += length(entries, entry)) {
        String name = Bytes.toString(entries, entry + NAME, end(entries, entry + NAME));
        if (!name.equals(".") && !name.equals("..")) {
          names.add(name);
        }
      }
      size = C.getdents64(fd, Address.ofData(entries), entries.length);
    }
    int errno = C.errno();
    C.close(fd);
    if (size < 0) {
      throw failure(errno);
    }
    return names.toArray(new String[0]);
  }

  private static int length(byte[] entries, int entry) {
    return (entries[entry + LENGTH] & 0xff) | (entries[entry + LENGTH + 1] & 0xff) << 8;
  }

  private static int end(byte[] text, int start) {
    int end = start;
    while (text[end] != 0) {
      end++;
    }
    return end;
  }

  @Override
  public FileStatus status(String path) throws IOException {
    int[] result = new int[3];
    if (C.status(Address.ofData(CText.of(path)), Address.ofData(result)) != 0) {
      int errno = C.errno();
      if (errno != Errno.ENOENT) {
        throw failure(errno);
      }
      byte[] target = new byte[1];
      if (C.readlink(Address.ofData(CText.of(path)), Address.ofData(target), 1) > 0) {
        throw new IOException(OperatingSystem.LINK_TO_NOTHING);
      }
      noneIfMissing();
      return null;
    }
    return new FileStatus(result[0] != 0, result[1] & 0xffff_ffffL, result[2]);
  }

  @Override
  public void append(String path, String text) throws IOException {
    int fd = C.openToAppend(Address.ofData(CText.of(path)), FdPath.is(path) ? 1 : 0);
    if (fd < 0) {
      int errno = C.errno();
      throw errno == Errno.ELOOP
          ? new IOException("Is a symbolic link, which is not followed")
          : failure(errno);
    }
    byte[] bytes = Bytes.of(text);
    long count = C.write(fd, Address.ofData(bytes), bytes.length);
    int errno = C.errno();
    C.close(fd);
    if (count != bytes.length) {
      throw new IOException(count < 0 ? Errno.text(errno) : "Only a part of the line was written");
    }
  }

  @Override
  public String realPath(String path) throws IOException {
    byte[] result = new byte[PATH_SIZE];
    int length = C.realPath(Address.ofData(CText.of(path)), Address.ofData(result), result.length);
    if (length < 0) {
      int errno = C.errno();
      if (errno == Errno.ENOENT) {
        return null;
      }
      throw failure(errno);
    }
    return Bytes.toString(result, 0, length);
  }

  @Override
  public LibC libC() {
    return libC;
  }

  @Override
  public LibC loadedLibC() {
    return libC;
  }

  @Override
  public Credentials credentialsByCalls() throws IOException {
    try {
      return new PosixCredentials(libC).get();
    } catch (PosixException e) {
      throw new IOException(e.getMessage());
    }
  }

  /** Writes lines to a descriptor by one write(2), unless that takes only a part. */
  static void print(int fd, List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    byte[] bytes = Bytes.of(text.toString());
    int start = 0;
    while (start < bytes.length) {
      long count = C.write(fd, Address.ofData(bytes).add(start), bytes.length - start);
      if (count <= 0) {
        return; // there is nobody left to tell
      }
      start += (int) count;
    }
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void pause(int millis) {
    C.poll(Address.fromInt(0), 0, millis);
  }
}
