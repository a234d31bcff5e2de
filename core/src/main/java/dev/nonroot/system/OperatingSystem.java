package dev.nonroot.system;

import dev.nonroot.identity.Credentials;
import dev.nonroot.posix.LibC;
import java.io.IOException;
import java.io.InputStream;

/**
 * What the decisions need of the system that they are made on. Paths are strings of one char per
 * byte. The message of every IOException is the reason alone, as strerror(3) words it.
 */
public interface OperatingSystem {
  /** Why {@link #open} fails for a file that is there, and is a link to one that is not. */
  String LINK_TO_NOTHING = "Is a symbolic link that leads nowhere";

  /** Why {@link #openProc} fails for a file that is there, and is not the kernel's. */
  String NOT_PROC = "Is not on a proc file system";

  /**
   * Opens a file for reading.
   *
   * @param path an absolute path
   * @return its content, or null if there is no such file
   * @throws IOException if it cannot be opened
   */
  InputStream open(String path) throws IOException;

  /**
   * Opens a file of the proc file system for reading, and no other: what is mounted over /proc, or
   * was packed into an image, is not the kernel's word.
   *
   * @param path an absolute path
   * @return its content, or null if there is no such file
   * @throws IOException if it cannot be opened, or is on another file system
   */
  InputStream openProc(String path) throws IOException;

  /**
   * Opens a regular file for reading, and nothing else.
   *
   * @param path an absolute path
   * @return its content, or null if there is no such file
   * @throws IOException if it cannot be opened, or is not a regular file
   */
  InputStream openRegular(String path) throws IOException;

  /**
   * Lists a directory.
   *
   * @param path an absolute path
   * @return the names in it, in any order, without {@code .} and {@code ..}
   * @throws IOException if it cannot be read, or is not there
   */
  String[] list(String path) throws IOException;

  /**
   * Calls stat(2), which follows symbolic links.
   *
   * @param path an absolute path
   * @return what it says, or null if there is no such file
   * @throws IOException if it fails otherwise, or the file is a link to one that is not there
   */
  FileStatus status(String path) throws IOException;

  /**
   * Appends to a file, which is made if it is not there, by one write(2).
   *
   * @param path a path
   * @param text what to append, one char per byte
   * @throws IOException if it cannot be written
   */
  void append(String path, String text) throws IOException;

  /**
   * Calls realpath(3).
   *
   * @param path a path
   * @return the same without symbolic links, or null if there is no such file
   * @throws IOException if it cannot be resolved otherwise
   */
  String realPath(String path) throws IOException;

  /**
   * Gives access to the C library; the first call may load it.
   *
   * @return the C library
   * @throws IOException if native code cannot be called here
   */
  LibC libC() throws IOException;

  /**
   * Gives access to the C library where that costs nothing.
   *
   * @return the C library, or null if {@link #libC} would have to load something first
   */
  LibC loadedLibC();

  /**
   * Asks system calls, not /proc, who the calling thread is.
   *
   * @return what they answer; filesystem ids and what the system does not have are filled in as
   *     {@link Credentials} says
   * @throws IOException if native code cannot be called here, or a call fails
   */
  Credentials credentialsByCalls() throws IOException;

  /**
   * @return milliseconds since the epoch
   */
  long currentTimeMillis();

  /**
   * Lets other threads go on for a while; it may come back sooner.
   *
   * @param millis for how long, in milliseconds
   */
  void pause(int millis);
}
