package dev.nonroot.jvm;

import dev.nonroot.Bytes;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** The call of {@link NativeLibC} that takes arrays of strings. */
final class NativeExec {
  private static final int PATH_MAX = 4096;
  private static final int POINTER = Long.BYTES;

  private final NativeLibC libC;

  /** For the next try, as a limit of memory may be set before it. */
  private ByteBuffer kept;

  NativeExec(NativeLibC libC) {
    this.libC = libC;
  }

  int execve(String path, String[] argv, String[] envp) {
    int pointersAndStrings = size(argv) + size(envp) + POINTER * (argv.length + envp.length + 2);
    if (kept == null || kept.capacity() < pointersAndStrings + path.length() + 1) {
      kept = NativeLibC.allocate(pointersAndStrings + Math.max(path.length() + 1, PATH_MAX));
    }
    ByteBuffer memory = kept.clear().put(new byte[kept.capacity()]);
    long address = libC.address(memory);
    int pointers = 0;
    int strings = POINTER * (argv.length + envp.length + 2);
    int pathOffset = strings;
    strings = putString(memory, strings, path);
    for (String[] list : new String[][] {argv, envp}) {
      for (String each : list) {
        memory.putLong(pointers, address + strings);
        pointers += POINTER;
        strings = putString(memory, strings, each);
      }
      pointers += POINTER; // the null pointer that ends the list
    }
    long argvAddress = address;
    long envpAddress = address + (long) POINTER * (argv.length + 1);
    try {
      return libC.call("execve", address + pathOffset, argvAddress, envpAddress);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  private static int size(String[] list) {
    int size = 0;
    for (String each : list) {
      size += each.length() + 1;
    }
    return size;
  }

  private static int putString(ByteBuffer memory, int offset, String text) {
    memory.position(offset);
    memory.put(Bytes.of(text)).put((byte) 0);
    return memory.position();
  }
}
