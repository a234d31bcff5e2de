package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EACCES;
import static dev.nonroot.posix.Errno.EBADF;
import static dev.nonroot.posix.Errno.EEXIST;
import static dev.nonroot.posix.Errno.ELOOP;
import static dev.nonroot.posix.Errno.ENOENT;
import static dev.nonroot.posix.Errno.ENOTDIR;
import static dev.nonroot.posix.Errno.EROFS;

import dev.nonroot.identity.Credentials;
import java.util.Arrays;

/** The calls that make, move, remove, read and write files of {@link FakeTree}. */
final class FakeEntries {
  private static final int EISDIR = 21;
  private static final int ENOTEMPTY = 39;
  private static final int NOREPLACE = 1;
  private static final int DAC_OVERRIDE = 1;

  private final FakeTree tree;
  private final Credentials caller;

  FakeEntries(FakeTree tree, Credentials caller) {
    this.tree = tree;
    this.caller = caller;
  }

  /** Why an entry of a directory cannot be changed, or 0. */
  private int denial(FakeNode directory) {
    if (directory == null) {
      return ENOTDIR;
    }
    if (directory.readOnly) {
      return EROFS;
    }
    int shift = directory.uid == caller.uid().effective() ? 6 : 0; // no group is looked at
    boolean may = (directory.mode >> shift & 03) == 03;
    boolean mayAll = (caller.capabilities().effective() & 1 << DAC_OVERRIDE) != 0;
    return may || mayAll ? 0 : EACCES;
  }

  private FakeNode owned(FakeNode node) {
    return node.owned(caller.uid().effective(), caller.gid().effective());
  }

  int mkdirat(int dirfd, String name, int mode) {
    FakeNode directory = tree.directory(dirfd);
    int denial = denial(directory);
    if (denial == 0) {
      if (directory.children.containsKey(name)) {
        return EEXIST;
      }
      FakeNode made = owned(FakeNode.directory()).device(directory.device).mode(mode);
      directory.put(name, made);
    }
    return denial;
  }

  int openatFile(int dirfd, String name, long most) {
    FakeNode directory = tree.directory(dirfd);
    FakeNode file = directory == null ? null : directory.children.get(name);
    if (file == null) {
      return directory == null ? -ENOTDIR : -ENOENT;
    }
    return file.isLink() ? -ELOOP : tree.open(file, directory, name, false, most);
  }

  int openatNew(int dirfd, String name, long most) {
    FakeNode directory = tree.directory(dirfd);
    int denial = denial(directory);
    if (denial == 0 && directory.children.containsKey(name)) {
      denial = EEXIST;
    }
    if (denial != 0) {
      return -denial;
    }
    FakeNode made = owned(FakeNode.file()).device(directory.device).mode(0);
    directory.put(name, made);
    return tree.open(made, directory, name, false, most);
  }

  int read(int fd, byte[] buffer) {
    FakeTree.Descriptor descriptor = tree.open(fd);
    if (descriptor == null) {
      return -EBADF;
    }
    byte[] content = descriptor.node.content;
    int length = Math.min(buffer.length, Math.max(0, content.length - descriptor.position));
    System.arraycopy(content, Math.min(descriptor.position, content.length), buffer, 0, length);
    descriptor.position += length;
    return length;
  }

  /** At most three bytes at once, to try who writes the rest. */
  int write(int fd, byte[] bytes) {
    FakeTree.Descriptor descriptor = tree.open(fd);
    if (descriptor == null) {
      return -EBADF;
    }
    int length = Math.min(tree.isWritingAll() ? bytes.length : 3, bytes.length);
    byte[] before = descriptor.node.content;
    byte[] after = Arrays.copyOf(before, before.length + length);
    System.arraycopy(bytes, 0, after, before.length, length);
    descriptor.node.content = after;
    return length;
  }

  int renameat2(int dirfd, String from, String to, int flags) {
    FakeNode directory = tree.directory(dirfd);
    int denial = denial(directory);
    if (denial != 0) {
      return denial;
    }
    FakeNode moved = directory.children.get(from);
    FakeNode there = directory.children.get(to);
    if (moved == null) {
      return ENOENT;
    }
    if (there != null) {
      if (flags == NOREPLACE) {
        return EEXIST;
      }
      if (there.isDirectory() != moved.isDirectory()) {
        return there.isDirectory() ? EISDIR : ENOTDIR;
      }
      if (!there.children.isEmpty()) {
        return ENOTEMPTY;
      }
    }
    directory.remove(from);
    directory.put(to, moved);
    return 0;
  }

  int unlinkat(int dirfd, String name, boolean asDirectory) {
    FakeNode directory = tree.directory(dirfd);
    int denial = denial(directory);
    if (denial != 0) {
      return denial;
    }
    FakeNode gone = directory.children.get(name);
    if (gone == null) {
      return ENOENT;
    }
    if (gone.isDirectory() != asDirectory) {
      return asDirectory ? ENOTDIR : EISDIR;
    }
    if (!gone.children.isEmpty()) {
      return ENOTEMPTY;
    }
    directory.remove(name);
    return 0;
  }
}
