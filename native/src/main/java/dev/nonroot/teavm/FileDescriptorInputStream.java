package dev.nonroot.teavm;

import dev.nonroot.posix.Errno;
import java.io.IOException;
import java.io.InputStream;
import org.teavm.interop.Address;

/** What read(2) gives. */
final class FileDescriptorInputStream extends InputStream {
  private final int fd;
  private boolean closed;

  /**
   * @param fd a descriptor, which is this stream's to close
   */
  FileDescriptorInputStream(int fd) {
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    long count = C.read(fd, Address.ofData(buffer).add(offset), length);
    if (count < 0) {
      throw new IOException(Errno.text(C.errno()));
    }
    return count == 0 ? -1 : (int) count;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      C.close(fd);
    }
  }
}
