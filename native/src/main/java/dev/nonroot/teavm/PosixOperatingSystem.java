package dev.nonroot.teavm;

import dev.nonroot.Bytes;
import dev.nonroot.Credentials;
import dev.nonroot.FileStatus;
import dev.nonroot.OperatingSystem;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Address;

/** The system as the C library gives it. */
final class PosixOperatingSystem implements OperatingSystem {
  /** NAME_MAX and a NUL. */
  private static final int NAME_SIZE = 256;

  /** PATH_MAX. */
  private static final int PATH_SIZE = 4096;

  private final LibC libC = new CLibC();

  @Override
  public InputStream open(String path) throws IOException {
    int fd = C.open(Address.ofData(CText.of(path)));
    if (fd < 0) {
      return noneIfMissing();
    }
    return new FileDescriptorInputStream(fd);
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
    Address directory = C.opendir(Address.ofData(CText.of(path)));
    if (directory.toLong() == 0) {
      throw failure(C.errno());
    }
    List<String> names = new ArrayList<>();
    byte[] name = new byte[NAME_SIZE];
    int length = C.readdir(directory, Address.ofData(name), name.length);
    while (length > 0) {
      String text = Bytes.toString(name, 0, length);
      if (!text.equals(".") && !text.equals("..")) {
        names.add(text);
      }
      length = C.readdir(directory, Address.ofData(name), name.length);
    }
    int errno = length < 0 ? C.errno() : 0;
    C.closedir(directory);
    if (length < 0) {
      throw failure(errno);
    }
    return names.toArray(new String[0]);
  }

  @Override
  public FileStatus status(String path) throws IOException {
    int[] result = new int[3];
    if (C.status(Address.ofData(CText.of(path)), Address.ofData(result)) != 0) {
      int errno = C.errno();
      if (errno == Errno.ENOENT) {
        return null;
      }
      throw failure(errno);
    }
    return new FileStatus(result[0] != 0, result[1] & 0xffff_ffffL, result[2]);
  }

  @Override
  public void append(String path, String text) throws IOException {
    int fd = C.openToAppend(Address.ofData(CText.of(path)));
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
    if (C.realpath(Address.ofData(CText.of(path)), Address.ofData(result)).toLong() == 0) {
      int errno = C.errno();
      if (errno == Errno.ENOENT) {
        return null;
      }
      throw failure(errno);
    }
    int length = 0;
    while (result[length] != 0) {
      length++;
    }
    return Bytes.toString(result, 0, length);
  }

  @Override
  public LibC libC() {
    return libC;
  }

  @Override
  public Credentials credentialsByCalls() throws IOException {
    try {
      return new Posix(libC).credentials();
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
}
