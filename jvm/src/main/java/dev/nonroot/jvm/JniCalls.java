package dev.nonroot.jvm;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongBiFunction;

/**
 * Native calls by {@code libnonroot-calls.so}, which has nothing to set up: an instant, where
 * java.lang.foreign takes 100 ms for its first call, and jffi 50.
 */
final class JniCalls implements NativeCalls {
  private static final int DLSYM = 0;
  private static final int ERRNO = 7;

  private final ToLongBiFunction<Object, long[]> library;
  private int errno;

  /**
   * @param library the library's native method, see {@link NativeAccess#calls}
   */
  JniCalls(ToLongBiFunction<Object, long[]> library) {
    this.library = library;
  }

  @Override
  public long symbol(String name) throws IOException {
    byte[] text = (name + '\0').getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer = NativeLibC.allocate(text.length).put(text);
    try {
      long address = call(DLSYM, address(buffer), 0, 0, 0, 0, 0);
      if (address == 0) {
        throw new IOException("the C library has no " + name);
      }
      return address;
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    long[] numbers = {function, a, b, c, d, e, f, 0};
    long result = library.applyAsLong(null, numbers);
    errno = (int) numbers[ERRNO];
    return result;
  }

  @Override
  public int errno() {
    return errno;
  }

  @Override
  public long address(ByteBuffer direct) {
    return library.applyAsLong(direct, null);
  }
}
