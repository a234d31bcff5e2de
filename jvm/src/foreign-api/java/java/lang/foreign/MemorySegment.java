package java.lang.foreign;

public interface MemorySegment {
  static MemorySegment ofAddress(long address) {
    throw new AssertionError();
  }

  static MemorySegment ofBuffer(java.nio.Buffer buffer) {
    throw new AssertionError();
  }

  long address();

  int get(ValueLayout.OfInt layout, long offset);
}
