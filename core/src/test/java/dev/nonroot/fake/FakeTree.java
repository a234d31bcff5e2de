package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EBADF;
import static dev.nonroot.posix.Errno.EINVAL;
import static dev.nonroot.posix.Errno.ELOOP;
import static dev.nonroot.posix.Errno.EMFILE;
import static dev.nonroot.posix.Errno.ENOENT;
import static dev.nonroot.posix.Errno.ENOTDIR;
import static dev.nonroot.posix.Errno.ENXIO;
import static dev.nonroot.posix.Errno.EPERM;
import static dev.nonroot.posix.Errno.EROFS;

import dev.nonroot.posix.LibC;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of {@link FakeKernel} with owners, and the process's descriptors of them. A path is looked
 * up name by name: whoever walks has no other way. The methods named like system calls return an
 * error number below 0.
 */
public final class FakeTree {
  private static final int ENOTTY = 25;

  private final FakeNode root = FakeNode.directory();
  private final Map<Integer, Descriptor> descriptors = new TreeMap<>();
  private boolean hasTypes = true;
  private long knownAttributes = -1;
  private boolean ignoresChown;
  private boolean writesAll;
  private final Map<String, byte[]> fileCapabilities = new TreeMap<>();
  private FakeNode terminal;
  private int terminalSession;

  FakeTree() {}

  static final class Descriptor {
    final FakeNode node;
    final FakeNode parent;
    final String name;
    final Object entry;
    final boolean forPathOnly;
    List<Map.Entry<String, FakeNode>> listing;
    int position;

    Descriptor(FakeNode node, FakeNode parent, String name, boolean forPathOnly) {
      this.node = node;
      this.parent = parent;
      this.name = name;
      this.entry = parent.entries.get(name);
      this.forPathOnly = forPathOnly;
    }
  }

  /**
   * @return the directory that is both {@code /} and the working directory
   */
  public FakeNode root() {
    return root;
  }

  /** Opens a file under that number, as who starts the process does. */
  public void descriptor(int fd, FakeNode node) {
    descriptor(fd, node, "");
  }

  /** The same, by that name in the root directory. */
  public void descriptor(int fd, FakeNode node, String name) {
    descriptors.put(fd, new Descriptor(node, root, name, false));
  }

  /**
   * @return how many descriptors are open
   */
  public int open() {
    return descriptors.size();
  }

  /** Makes this a file system on which a change of owner succeeds, and does nothing. */
  public void ignoreChown() {
    ignoresChown = true;
  }

  /** Makes this a file system that does not say of which type an entry is. */
  public void withoutTypes() {
    hasTypes = false;
  }

  /** Makes this a kernel before 5.8, which does not say what is a mount point. */
  public void withoutMountRoot() {
    knownAttributes = ~0x2000L;
  }

  static String text(byte[] path, int offset) {
    int end = offset;
    while (path[end] != 0) {
      end++;
    }
    return new String(path, offset, end - offset, StandardCharsets.ISO_8859_1);
  }

  /** Returns null, with the reason in {@code error}, if there is none. */
  private FakeNode node(int dirfd, String path, int[] error) {
    Descriptor descriptor = descriptors.get(dirfd);
    if (descriptor == null && dirfd != LibC.AT_FDCWD) {
      error[0] = EBADF;
      return null;
    }
    FakeNode from = descriptor == null ? root : descriptor.node;
    if (path.equals("/")) {
      return root;
    }
    if (path.equals("/proc")) {
      error[0] = ENOENT;
      return root.children.get("proc");
    }
    if (path.isEmpty()) {
      return from;
    }
    if (path.indexOf('/') >= 0) {
      throw new IllegalArgumentException("more than one name: " + path);
    }
    if (!from.isDirectory()) {
      error[0] = ENOTDIR;
      return null;
    }
    FakeNode node =
        switch (path) {
          case "." -> from;
          case ".." -> from.parent == null ? from : from.parent;
          default -> from.children.get(path);
        };
    error[0] = ENOENT;
    return node;
  }

  /** Returns the directory of a descriptor, or null if there is none. */
  FakeNode directory(int dirfd) {
    int[] error = new int[1];
    FakeNode node = node(dirfd, "", error);
    return node != null && node.isDirectory() ? node : null;
  }

  /** Returns what a descriptor is open for reading or writing of, or null if there is none. */
  Descriptor open(int fd) {
    Descriptor descriptor = descriptors.get(fd);
    return descriptor == null || descriptor.forPathOnly ? null : descriptor;
  }

  /** Opens a file in a directory. */
  int open(FakeNode node, FakeNode parent, String name, boolean forPathOnly, long most) {
    int fd = 3;
    while (descriptors.containsKey(fd)) {
      fd++;
    }
    if (Long.compareUnsigned(fd, most) >= 0) {
      return -EMFILE;
    }
    descriptors.put(fd, new Descriptor(node, parent, name, forPathOnly));
    return fd;
  }

  int openat(int dirfd, String path, boolean directory, long most) {
    int[] error = new int[1];
    FakeNode node = node(dirfd, path, error);
    if (node == null) {
      return -error[0];
    }
    if (directory && !node.isDirectory()) {
      return node.isLink() ? -ELOOP : -ENOTDIR;
    }
    Descriptor from = descriptors.get(dirfd);
    return open(node, from == null ? root : from.node, path, !directory, most);
  }

  int fstatat(int dirfd, String path, long[] status) {
    int[] error = new int[1];
    FakeNode node = node(dirfd, path, error);
    if (node == null) {
      return -error[0];
    }
    status[LibC.ST_DEV] = node.device;
    status[LibC.ST_MODE] = node.mode;
    status[LibC.ST_UID] = node.uid;
    status[LibC.ST_GID] = node.gid;
    status[LibC.ST_NLINK] = node.links;
    status[LibC.ST_CTIME] = node.changed;
    status[LibC.ST_INO] = node.inode;
    return 0;
  }

  /** Root may write to what is not on a read-only mount: to a descriptor, or a name in it. */
  int access(String path, int mode) {
    int slash = path.indexOf('/');
    int fd = Integer.parseInt(slash < 0 ? path : path.substring(0, slash));
    int[] error = new int[1];
    FakeNode node = node(fd, slash < 0 ? "" : path.substring(slash + 1), error);
    if (node == null) {
      return -error[0];
    }
    boolean readOnly = node.readOnly || node.chownError == EROFS;
    return mode == LibC.W_OK && readOnly ? -EROFS : 0;
  }

  /** Takes all that is written at once, not three bytes at most. */
  public void writesAll() {
    writesAll = true;
  }

  boolean isWritingAll() {
    return writesAll;
  }

  /** Gives a file capabilities, as the value of its extended attribute. */
  public void setCapabilities(String path, byte[] value) {
    fileCapabilities.put(path, value);
  }

  byte[] fileCapabilities(String path) {
    return fileCapabilities.getOrDefault(path, new byte[0]);
  }

  int statx(int dirfd, String path, long[] attributes) {
    int[] error = new int[1];
    FakeNode node = node(dirfd, path, error);
    if (node == null) {
      return -error[0];
    }
    attributes[0] = node.attributes;
    attributes[1] = knownAttributes;
    return 0;
  }

  int fchownat(int dirfd, String path, int uid, int gid, boolean allowed) {
    int[] error = new int[1];
    FakeNode node = node(dirfd, path, error);
    if (node == null) {
      return -error[0];
    }
    if (node.chownError != 0) {
      return -node.chownError;
    }
    if (!allowed) {
      return -EPERM;
    }
    if (!node.takesNoChange && !ignoresChown) {
      node.uid = uid == -1 ? node.uid : uid;
      node.gid = gid == -1 ? node.gid : gid;
      node.changes++;
    }
    return 0;
  }

  int getdents64(int fd, byte[] buffer) {
    Descriptor directory = descriptors.get(fd);
    if (directory == null || directory.forPathOnly) {
      return -EBADF;
    }
    if (!directory.node.isDirectory()) {
      return -ENOTDIR;
    }
    if (directory.listing == null) {
      directory.listing = new ArrayList<>();
      directory.listing.add(Map.entry(".", directory.node));
      directory.listing.add(Map.entry("..", root));
      directory.listing.addAll(directory.node.children.entrySet());
    }
    int size = 0;
    for (; directory.position < directory.listing.size(); directory.position++) {
      byte[] name =
          directory.listing.get(directory.position).getKey().getBytes(StandardCharsets.ISO_8859_1);
      int length = (19 + name.length + 1 + 7) / 8 * 8;
      if (size + length > buffer.length) {
        return size == 0 ? -EINVAL : size;
      }
      java.util.Arrays.fill(buffer, size, size + length, (byte) 0x55);
      buffer[size + 16] = (byte) length;
      buffer[size + 17] = (byte) (length >> 8);
      FakeNode node = directory.listing.get(directory.position).getValue();
      buffer[size + 18] = hasTypes ? node.entryType() : 0;
      System.arraycopy(name, 0, buffer, size + 19, name.length);
      buffer[size + 19 + name.length] = 0;
      size += length;
    }
    return size;
  }

  /**
   * Knows the links of descriptors, but not where their directories are; and a name in the
   * directory of a descriptor, or in the working directory.
   */
  int readlink(String path, byte[] buffer) {
    int slash = path.lastIndexOf('/');
    String directory = path.substring(0, Math.max(slash, 0));
    if (slash < 0 || directory.startsWith("/proc/self/fd/")) {
      int dirfd = slash < 0 ? LibC.AT_FDCWD : Integer.parseInt(directory.substring(14));
      int[] error = new int[1];
      FakeNode node = node(dirfd, path.substring(slash + 1), error);
      return node == null ? -error[0] : node.isLink() ? copy(node.target, buffer) : -EINVAL;
    }
    if (!directory.equals("/proc/self/fd")) {
      throw new IllegalArgumentException(path);
    }
    Descriptor descriptor = descriptors.get(Integer.valueOf(path.substring(14)));
    if (descriptor == null) {
      return -ENOENT;
    }
    if (descriptor.node.isPipe() && descriptor.name.isEmpty()) {
      return copy("pipe:[7]", buffer);
    }
    boolean isThere = descriptor.parent.entries.get(descriptor.name) == descriptor.entry;
    return copy("/somewhere/" + descriptor.name + (isThere ? "" : " (deleted)"), buffer);
  }

  private static int copy(String text, byte[] buffer) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = Math.min(bytes.length, buffer.length);
    System.arraycopy(bytes, 0, buffer, 0, length);
    return length;
  }

  /**
   * @param node the controlling terminal of this process
   * @param session its session, 0 if that is outside of the PID namespace
   */
  public void terminal(FakeNode node, int session) {
    terminal = node;
    terminalSession = session;
  }

  int tcgetsid(int fd) {
    Descriptor descriptor = descriptors.get(fd);
    if (descriptor == null) {
      return -EBADF;
    }
    return descriptor.node == terminal ? terminalSession : -ENOTTY;
  }

  int openTerminal() {
    if (terminal == null) {
      return -ENXIO;
    }
    int fd = 3;
    while (descriptors.containsKey(fd)) {
      fd++;
    }
    descriptor(fd, terminal);
    return fd;
  }

  int fchmod(int fd, int mode) {
    Descriptor descriptor = descriptors.get(fd);
    if (descriptor == null) {
      return -EBADF;
    }
    descriptor.node.mode(mode);
    return 0;
  }

  int close(int fd) {
    return descriptors.remove(fd) == null ? -EBADF : 0;
  }
}
