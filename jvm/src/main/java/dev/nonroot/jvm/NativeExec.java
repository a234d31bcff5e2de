package dev.nonroot.jvm;

import dev.nonroot.text.Bytes;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** The call of {@link NativeLibC} that takes arrays of strings. */
final class NativeExec {
  private static final int PATH_MAX = 4096;
  private static final int POINTER = Long.BYTES;

  private final NativeLibC libC;

  /**
   * What was given last, in the C library's form: a search of PATH tries the same, perhaps under a
   * limit of memory that has been set since.
   */
  private ByteBuffer memory;

  private String[] executedArgv;
  private String[] executedEnvp;
  private ByteBuffer file = NativeLibC.allocate(PATH_MAX);

  NativeExec(NativeLibC libC) {
    this.libC = libC;
  }

  int execve(String path, String[] argv, String[] envp) {
    if (argv != executedArgv || envp != executedEnvp) {
      set(argv, envp);
    }
    if (path.length() >= file.capacity()) {
      file = NativeLibC.allocate(path.length() + 1);
    }
    putString(file, 0, path);
    long address = libC.address(memory);
    try {
      return libC.call(
          "execve", libC.address(file), address, address + (long) POINTER * (argv.length + 1));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void set(String[] argv, String[] envp) {
    int strings = POINTER * (argv.length + envp.length + 2);
    memory = NativeLibC.allocate(strings + size(argv) + size(envp));
    long address = libC.address(memory);
    int pointers = 0;
    for (String[] list : new String[][] {argv, envp}) {
      for (String each : list) {
        memory.putLong(pointers, address + strings);
        pointers += POINTER;
        strings = putString(memory, strings, each);
      }
      pointers += POINTER; // the null pointer that ends the list
    }
    executedArgv = argv;
    executedEnvp = envp;
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
