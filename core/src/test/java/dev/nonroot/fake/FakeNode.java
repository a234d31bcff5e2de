package dev.nonroot.fake;

import dev.nonroot.text.Bytes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A file of {@link FakeTree}. Two names of one node are hard links. */
public final class FakeNode {
  private static final AtomicLong INODES = new AtomicLong();
  private static final int PIPE = 0010000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int TYPE = 0170000;

  final Map<String, FakeNode> children = new TreeMap<>();

  /** One object for each entry: who has removed it and put the same file there has another. */
  final Map<String, Object> entries = new TreeMap<>();

  /** Where it was put last; null for the root. */
  FakeNode parent;

  /** Where a symbolic link leads to. */
  String target = "nowhere";

  /** What a file holds. */
  byte[] content = {};

  int mode;
  long uid;
  long gid;
  long device = 1;
  int links = 1;
  int changes;
  boolean readOnly;
  long changed = 1;
  long attributes;
  int chownError;
  boolean takesNoChange;

  /** For this kernel and all others. */
  long inode = INODES.incrementAndGet();

  private FakeNode(int mode, long uid, long gid) {
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
  }

  /**
   * @return a directory of root's
   */
  public static FakeNode directory() {
    return new FakeNode(DIRECTORY | 0755, 0, 0);
  }

  /**
   * @return a regular file of root's
   */
  public static FakeNode file() {
    return new FakeNode(REGULAR | 0644, 0, 0);
  }

  /**
   * @return a symbolic link of root's, wherever it leads to
   */
  public static FakeNode link() {
    return new FakeNode(LINK | 0777, 0, 0);
  }

  /**
   * @param target where it leads to
   * @return a symbolic link of root's
   */
  public static FakeNode link(String target) {
    FakeNode link = link();
    link.target = target;
    return link;
  }

  /**
   * @param type its type as in st_mode, e.g. 0010000
   * @return another file of root's
   */
  public static FakeNode of(int type) {
    return new FakeNode(type | 0600, 0, 0);
  }

  /**
   * @param owner a uid
   * @param group a gid
   * @return this, owned so
   */
  public FakeNode owned(long owner, long group) {
    uid = owner;
    gid = group;
    return this;
  }

  /**
   * @param permissions permission bits
   * @return this with those
   */
  public FakeNode mode(int permissions) {
    mode = (mode & TYPE) | permissions;
    return this;
  }

  /**
   * @param number st_dev, 1 for all others
   * @return this on that file system
   */
  public FakeNode device(long number) {
    device = number;
    return this;
  }

  /**
   * @return this, on a mount that is read-only
   */
  public FakeNode readOnly() {
    readOnly = true;
    return this;
  }

  /**
   * @return this, with one more link somewhere
   */
  public FakeNode linked() {
    links++;
    return this;
  }

  /**
   * @return this, with one link less
   */
  public FakeNode unlinked() {
    links--;
    return this;
  }

  /**
   * @param nanoseconds st_ctim since the epoch; long ago for all others
   * @return this, changed then
   */
  public FakeNode changed(long nanoseconds) {
    changed = nanoseconds;
    return this;
  }

  /**
   * @param bits stx_attributes, 0 for all others
   * @return this with those
   */
  public FakeNode attributes(long bits) {
    attributes = bits;
    return this;
  }

  /**
   * @param error with what a chown(2) of it fails
   * @return this
   */
  public FakeNode failing(int error) {
    chownError = error;
    return this;
  }

  /**
   * @param other a file that is gone
   * @return this, with its inode number
   */
  public FakeNode numbered(FakeNode other) {
    inode = other.inode;
    return this;
  }

  /** Lets every chown(2) of it succeed and do nothing. */
  public FakeNode takingNoChange() {
    takesNoChange = true;
    return this;
  }

  /**
   * @param text what this file holds, one char per byte
   * @return this
   */
  public FakeNode content(String text) {
    content = Bytes.of(text);
    return this;
  }

  /**
   * @return what this file holds
   */
  public String content() {
    return Bytes.toString(content);
  }

  /**
   * @return the names in this directory
   */
  public Set<String> names() {
    return Set.copyOf(children.keySet());
  }

  /**
   * @return what has that name in this directory, or null
   */
  public FakeNode get(String name) {
    return children.get(name);
  }

  /** Puts a file in this directory, in the place of one of that name. */
  public FakeNode put(String name, FakeNode child) {
    children.put(name, child);
    entries.put(name, new Object());
    child.parent = this;
    return this;
  }

  /** Removes a name from this directory. */
  public void remove(String name) {
    children.remove(name);
    entries.remove(name);
  }

  /**
   * @return whether this directory has such a name
   */
  public boolean has(String name) {
    return children.containsKey(name);
  }

  /**
   * @return whether a file is this one, or below
   */
  public boolean contains(FakeNode node) {
    return node == this || children.values().stream().anyMatch(child -> child.contains(node));
  }

  boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  boolean isPipe() {
    return (mode & TYPE) == PIPE;
  }

  boolean isLink() {
    return (mode & TYPE) == LINK;
  }

  /** As struct linux_dirent64 has it. */
  byte entryType() {
    return (byte) (mode >> 12);
  }

  /**
   * @return its permission bits, in octal
   */
  public String permissions() {
    return Integer.toOctalString(mode & ~TYPE);
  }

  /**
   * @return owner, group, and how often they were set
   */
  public String ownership() {
    return uid + ":" + gid + " " + changes;
  }
}
