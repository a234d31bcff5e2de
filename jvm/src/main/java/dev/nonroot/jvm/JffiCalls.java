package dev.nonroot.jvm;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Native calls by jffi, the part of jnr that all the rest of it stands on. */
final class JffiCalls implements NativeCalls {
  private final Library process;
  private final CallContext sixLongs;
  private final Invoker invoker;

  /**
   * Loads jffi.
   *
   * @throws IOException if its native library cannot be loaded
   */
  JffiCalls(NativeAccess access) throws IOException {
    JffiStub.load(access);
    try {
      process = Library.getDefault();
      Type[] parameters = new Type[6];
      Arrays.fill(parameters, Type.SLONG);
      sixLongs =
          CallContext.getCallContext(Type.SLONG, parameters, CallingConvention.DEFAULT, true);
      invoker = Invoker.getInstance();
    } catch (LinkageError | RuntimeException e) {
      throw JffiStub.failure(e);
    }
  }

  @Override
  public long symbol(String name) throws IOException {
    long address = process.getSymbolAddress(name);
    if (address == 0) {
      throw new IOException("the C library has no " + name);
    }
    return address;
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    return invoker.invokeN6(sixLongs, function, a, b, c, d, e, f);
  }

  @Override
  public int errno() {
    return LastError.getInstance().get();
  }

  @Override
  public long address(ByteBuffer direct) {
    return MemoryIO.getInstance().getDirectBufferAddress(direct);
  }
}
