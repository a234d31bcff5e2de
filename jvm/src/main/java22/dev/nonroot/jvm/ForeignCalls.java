package dev.nonroot.jvm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/** Native calls by java.lang.foreign: nothing to unpack, and nothing of anybody else's. */
final class ForeignCalls implements NativeCalls {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final SymbolLookup symbols;
  private final MethodHandle call;
  private final MemorySegment callState;

  /**
   * @param caller in whose name {@link Linker#downcallHandle}, a restricted method, is called: the
   *     JVM warns if that class's module has no native access
   */
  ForeignCalls(MethodHandles.Lookup caller) throws IOException {
    try {
      Linker linker = Linker.nativeLinker();
      symbols = linker.defaultLookup();
      Linker.Option[] options = {Linker.Option.captureCallState("errno")};
      MethodHandle downcallHandle =
          caller.findVirtual(
              Linker.class,
              "downcallHandle",
              MethodType.methodType(
                  MethodHandle.class, FunctionDescriptor.class, Linker.Option[].class));
      FunctionDescriptor sixLongs = FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG);
      call = (MethodHandle) downcallHandle.invoke(linker, sixLongs, options);
      callState = Arena.global().allocate(Linker.Option.captureStateLayout());
    } catch (Throwable e) {
      throw new IOException("java.lang.foreign does not work here: " + e, e);
    }
  }

  @Override
  public long symbol(String name) throws IOException {
    return symbols
        .find(name)
        .orElseThrow(() -> new IOException("the C library has no " + name))
        .address();
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long)
          call.invokeExact(MemorySegment.ofAddress(function), callState, a, b, c, d, e, f);
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public int errno() {
    // errno is the only part of the call state on every system but Windows
    return callState.get(ValueLayout.JAVA_INT, 0);
  }

  @Override
  public long address(ByteBuffer direct) {
    // a segment starts at the buffer's position
    return MemorySegment.ofBuffer(direct.duplicate().rewind()).address();
  }
}
