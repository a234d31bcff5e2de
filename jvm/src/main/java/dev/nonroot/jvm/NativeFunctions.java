package dev.nonroot.jvm;

import dev.nonroot.posix.Errno;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Calls the C library's functions by name. It is for one thread. */
abstract class NativeFunctions {
  private final NativeCalls calls;
  private final Map<String, Long> symbols = new HashMap<>();
  private int errno;

  NativeFunctions(NativeCalls calls) {
    this.calls = calls;
  }

  /** errno(3) as the last call left it. */
  public int errno() {
    return errno;
  }

  long address(ByteBuffer buffer) {
    return calls.address(buffer);
  }

  /** Calls a function with numbers, and with buffers whose address is passed. */
  int call(String function, Object... arguments) {
    Long address = symbols.get(function);
    if (address == null) {
      try {
        address = calls.symbol(function);
      } catch (IOException e) {
        errno = Errno.ENOSYS;
        return -1;
      }
      symbols.put(function, address);
    }
    long[] six = new long[6];
    for (int i = 0; i < arguments.length; i++) {
      six[i] =
          arguments[i] instanceof ByteBuffer buffer
              ? calls.address(buffer)
              : ((Number) arguments[i]).longValue();
    }
    try {
      int result = (int) calls.call(address, six[0], six[1], six[2], six[3], six[4], six[5]);
      errno = calls.errno();
      return result;
    } finally {
      Reference.reachabilityFence(arguments);
    }
  }

  static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
