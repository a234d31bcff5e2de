package dev.nonroot.ownership;

import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import java.util.ArrayList;
import java.util.List;

/** The open directories from the top of a tree down to where a walk is: its place, by name. */
final class DirectoryStack {
  /** Of a path in a message, the user of a deep tree decides how long it is. */
  private static final int HALF_OF_PATH = 2048;

  private final LibC libC;

  /** The open ones are the first {@link #depth}; the others are spare. */
  private final List<DirectoryReader> readers = new ArrayList<>();

  private int depth;
  private String top = "";

  DirectoryStack(LibC libC) {
    this.libC = libC;
  }

  /** Takes up a path, of which no directory is open yet. */
  void start(String path) {
    top = path;
    depth = 0;
  }

  /** The path that was taken up. */
  String top() {
    return top;
  }

  int depth() {
    return depth;
  }

  DirectoryReader innermost() {
    return readers.get(depth - 1);
  }

  DirectoryReader push(int fd) {
    if (depth == readers.size()) {
      readers.add(new DirectoryReader(depth));
    }
    DirectoryReader reader = readers.get(depth++);
    reader.start(fd);
    return reader;
  }

  void pop() {
    depth--;
  }

  void close(int fd) throws PosixException {
    if (fd >= 0 && libC.close(fd) != 0) {
      throw failed("close");
    }
  }

  /** Closes those that are open, after a failure. */
  void closeAll() {
    while (depth > 0) {
      libC.close(innermost().fd());
      pop();
    }
  }

  /** What to throw if a call about the {@link #path} has just failed. */
  PosixException failed(String call) {
    return new PosixException(call + "(" + path() + ")", libC.errno());
  }

  /** The path of the entry that the innermost directory is at. */
  String path() {
    StringBuilder path = new StringBuilder(top);
    for (int i = 0; i < depth; i++) {
      if (path.length() > 0 && path.charAt(path.length() - 1) != '/') {
        path.append('/');
      }
      path.append(readers.get(i).nameText());
    }
    if (path.length() > 2 * HALF_OF_PATH) {
      path.replace(HALF_OF_PATH, path.length() - HALF_OF_PATH, "...");
    }
    return path.toString();
  }
}
