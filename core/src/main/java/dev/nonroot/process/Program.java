package dev.nonroot.process;

import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What this process runs, by the kernel's word: no option or variable can change it. */
public final class Program {
  private static final String PARENT = "\nPPid:\t";

  private final OperatingSystem os;
  private final Proc proc;

  /**
   * @param os where the files are
   * @param proc the same, as the kernel's view of this process
   */
  public Program(OperatingSystem os, Proc proc) {
    this.os = os;
    this.proc = proc;
  }

  /**
   * @return the executable's path without symbolic links, or null if it cannot be found out
   */
  public String executable() {
    return realPath("/proc/self/exe");
  }

  /**
   * @return the same of the parent process
   */
  public String parentExecutable() {
    try {
      byte[] text = proc.readAll("/proc/self/status");
      String status = text == null ? "" : Bytes.toString(text);
      int start = status.indexOf(PARENT) + PARENT.length();
      int end = status.indexOf('\n', start);
      return start < PARENT.length() || end < 0
          ? null
          : realPath("/proc/" + status.substring(start, end) + "/exe");
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Says whether the JVM in this process was loaded from a directory: {@code java.home} is what
   * options say.
   *
   * @param directory a path without symbolic links
   */
  public boolean hasJvmOf(String directory) {
    byte[] maps;
    try {
      maps = proc.readAll("/proc/self/maps");
    } catch (IOException e) {
      return false;
    }
    if (maps == null) {
      return false;
    }
    for (String line : Words.split(Bytes.toString(maps), '\n')) {
      int path = line.indexOf('/');
      String name = line.substring(line.lastIndexOf('/') + 1);
      if (path >= 0
          && line.startsWith(directory + "/", path)
          && (name.equals("libjvm.so") || name.startsWith("libj9vm"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * @return the command line as it was given to execve(2), the name first; null if it cannot be
   *     found out
   */
  public List<String> words() {
    return strings("/proc/self/cmdline");
  }

  /**
   * @return {@code NAME=value} of each variable that was given to execve(2); null if it cannot be
   *     found out
   */
  public List<String> environment() {
    return strings("/proc/self/environ");
  }

  /**
   * @param path a path, or null
   * @return the same without symbolic links; null if there is no such file, or it cannot be found
   *     out
   */
  public String realPath(String path) {
    try {
      return path == null ? null : os.realPath(path);
    } catch (IOException e) {
      return null;
    }
  }

  private List<String> strings(String path) {
    byte[] block;
    try {
      block = proc.readAll(path);
    } catch (IOException e) {
      return null;
    }
    if (block == null) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < block.length; i++) {
      if (block[i] == 0) {
        strings.add(Bytes.toString(block, start, i));
        start = i + 1;
      }
    }
    // A process that has written over its command line has left it without the last NUL.
    return start == block.length ? strings : null;
  }
}
