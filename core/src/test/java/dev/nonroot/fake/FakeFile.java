package dev.nonroot.fake;

import dev.nonroot.system.FileStatus;
import dev.nonroot.text.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * A file in {@link FakeKernel}.
 *
 * @param content makes what is read, or null if there is no such file
 * @param status what stat(2) says
 * @param failure why it can be neither opened nor written, or null
 */
public record FakeFile(Supplier<InputStream> content, FileStatus status, String failure) {
  /**
   * @param content makes what is read
   * @return a regular file, owned by root, mode 0644
   */
  public static FakeFile of(Supplier<InputStream> content) {
    return new FakeFile(content, new FileStatus(true, 0, 0644), null);
  }

  /**
   * @param text its content, one char per byte
   * @return a regular file, owned by root, mode 0644
   */
  public static FakeFile of(String text) {
    return of(() -> new ByteArrayInputStream(Bytes.of(text)));
  }

  /**
   * @return a directory
   */
  public static FakeFile directory() {
    return new FakeFile(InputStream::nullInputStream, new FileStatus(false, 0, 0755), null);
  }

  /**
   * @param reason an error's text
   * @return a regular file that fails to open for that reason
   */
  public static FakeFile unreadable(String reason) {
    return new FakeFile(InputStream::nullInputStream, new FileStatus(true, 0, 0600), reason);
  }

  /**
   * @param reason an error's text
   * @return a regular file that opens, and fails to read
   */
  public static FakeFile failing(String reason) {
    return of(
        () ->
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException(reason);
              }

              @Override
              public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException(reason);
              }
            });
  }

  /**
   * @return no file, not even one that {@link FakeKernel} would make up
   */
  public static FakeFile missing() {
    return new FakeFile(null, null, null);
  }

  /**
   * @param owner a uid
   * @param mode permission bits
   * @return this with those
   */
  public FakeFile owned(long owner, int mode) {
    return new FakeFile(content, new FileStatus(status.regular(), owner, mode), failure);
  }

  InputStream open() throws IOException {
    if (failure != null) {
      throw new IOException(failure);
    }
    return content == null ? null : content.get();
  }
}
