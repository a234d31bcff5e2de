package dev.nonroot.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Calls of C functions by address, with integers and pointers as arguments. Six longs fit every
 * function that nonroot calls, on the ABIs of x86_64 and aarch64 also the variadic ones, so that
 * one binding, the costly part, serves them all.
 */
interface NativeCalls {
  /**
   * Finds a function of the C library.
   *
   * @param name its name
   * @return its address
   * @throws IOException if there is none of that name
   */
  long symbol(String name) throws IOException;

  /**
   * Calls a function.
   *
   * @param function its address
   * @return what it returned; only the low half counts if it returns an int
   */
  long call(long function, long a, long b, long c, long d, long e, long f);

  /** Returns errno(3) after the last call of this thread. */
  int errno();

  /** Returns the address of a direct buffer's first byte. */
  long address(ByteBuffer direct);
}
