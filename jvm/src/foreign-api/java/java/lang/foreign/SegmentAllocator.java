package java.lang.foreign;

public interface SegmentAllocator {
  MemorySegment allocate(MemoryLayout layout);
}
