package dev.nonroot.ownership;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import dev.nonroot.text.Bytes;

/**
 * Opens a path by O_PATH, name by name, as O_NOFOLLOW is about the last name only. A symbolic link
 * is followed if nobody but root can have put it there, as with /var/run: it is root's, and only
 * root can write to any of the directories that led to it. One with the sticky bit that is mounted
 * read-only counts as such: Kubernetes makes volumes of Secrets and ConfigMaps so, full of links.
 */
final class PathOpener {
  private static final byte[] HERE = {'.', 0};
  private static final byte[] ROOT = {'/', 0};
  private static final byte[] PROC = {'/', 'p', 'r', 'o', 'c', 0};
  private static final String LINK = "/proc/self/fd/";

  /** As many as the kernel follows. */
  private static final int MAX_LINKS = 40;

  private static final int PATH_MAX = 4096;

  private final LibC libC;
  private final Status status;
  private final DirectoryStack directories;
  private String seen = "";
  private String rest = "";
  private boolean rootsAlone;
  private boolean aboveRootsAlone;
  private int fd = LibC.AT_FDCWD;
  private int above = LibC.AT_FDCWD;

  /** What is open beside them, as it is not known yet whether it is a symbolic link. */
  private int found = LibC.AT_FDCWD;

  private byte[] name = {0};

  /**
   * @param libC the C library
   * @param status what was looked at last
   * @param directories what knows the path as a whole
   */
  PathOpener(LibC libC, Status status, DirectoryStack directories) {
    this.libC = libC;
    this.status = status;
    this.directories = directories;
  }

  /** Opens for reading the directory that was opened last, and closes everything else. */
  int openForReading() throws PosixException {
    closeAbove();
    int directory = openForReading(fd);
    close();
    return directory;
  }

  /** Opens {@link #above} for reading. */
  int openAbove() throws PosixException {
    return openForReading(above);
  }

  private int openForReading(int directory) throws PosixException {
    int opened = libC.openatDirectory(directory, HERE, 0);
    if (opened < 0) {
      throw directories.failed("openat");
    }
    return opened;
  }

  /** Closes {@link #above}, which is then the working directory. */
  void closeAbove() throws PosixException {
    int descriptor = above;
    above = LibC.AT_FDCWD;
    directories.close(descriptor);
  }

  /** Closes the path itself. */
  void close() throws PosixException {
    int descriptor = fd;
    fd = LibC.AT_FDCWD;
    directories.close(descriptor);
  }

  /** Closes what is open, after a failure. */
  void release() {
    if (above >= 0) {
      libC.close(above);
    }
    if (fd >= 0) {
      libC.close(fd);
    }
    if (found >= 0) {
      libC.close(found);
    }
    above = LibC.AT_FDCWD;
    fd = LibC.AT_FDCWD;
    found = LibC.AT_FDCWD;
  }

  /** The directory in which the path that was opened last is: a descriptor by O_PATH. */
  int above() {
    return above;
  }

  /** What was opened last: a descriptor by O_PATH. */
  int fd() {
    return fd;
  }

  /** Whether nobody but root can have put there what was opened last. */
  boolean isPutByRoot() {
    return aboveRootsAlone;
  }

  /** The name in there of what was opened, with a NUL behind it. */
  byte[] name() {
    return name;
  }

  /**
   * Opens a path, and looks at what is there.
   *
   * @throws OwnershipException at a symbolic link that is not followed; the message is the reason
   */
  void open(String path) throws OwnershipException, PosixException {
    seen = "";
    rest = "";
    rootsAlone = true;
    aboveRootsAlone = true;
    start(path);
    int links = 0;
    for (String next = nextName(); !next.isEmpty(); next = nextName()) {
      String entry = seen + (seen.isEmpty() || seen.endsWith("/") ? "" : "/") + next;
      name = Bytes.of(next + '\0');
      found = opened(libC.openatPath(fd, name, 0), entry);
      look(found);
      if (status.isLink()) {
        mayFollow(entry);
        int link = found;
        found = LibC.AT_FDCWD;
        directories.close(link);
        if (++links > MAX_LINKS) {
          throw new PosixException("openat(" + entry + ")", Errno.ELOOP);
        }
        start(target(next, entry));
      } else {
        closeAbove();
        above = fd;
        fd = found;
        found = LibC.AT_FDCWD;
        aboveRootsAlone = rootsAlone;
        enter(entry);
      }
    }
    if (fd == LibC.AT_FDCWD) {
      throw new PosixException("openat(" + path + ")", Errno.ENOENT);
    }
  }

  /** Goes on with a path in the place of the name that was reached. */
  private void start(String path) throws PosixException {
    rest = rest.isEmpty() ? path : path + "/" + rest;
    if (path.startsWith("/")) {
      closeAbove();
      close();
      fd = opened(libC.openatPath(LibC.AT_FDCWD, ROOT, 0), "/");
      look(fd);
      enter("/");
    } else if (fd == LibC.AT_FDCWD && !path.isEmpty()) {
      look(fd);
      enter("");
    }
  }

  /** Takes up what was looked at last, in which the next name is looked up. */
  private void enter(String path) {
    seen = path;
    rootsAlone &= status.isRootsAlone() || (status.isRootsSticky() && isReadOnly());
  }

  private boolean isReadOnly() {
    String path = fd == LibC.AT_FDCWD ? "." : LINK + fd;
    return libC.access(path, LibC.W_OK) != 0 && libC.errno() == Errno.EROFS;
  }

  /** Takes the next name off the rest of the path; empty if there is none. */
  private String nextName() {
    int start = 0;
    while (start < rest.length() && rest.charAt(start) == '/') {
      start++;
    }
    int slash = rest.indexOf('/', start);
    int end = slash < 0 ? rest.length() : slash;
    String next = rest.substring(start, end);
    rest = rest.substring(end);
    return next;
  }

  private void mayFollow(String link) throws OwnershipException {
    long device = status.device();
    // In /proc, a link leads where the kernel likes, and its text need not be a path in here.
    if (!rootsAlone
        || !status.isOwnedBy(0)
        || (status.of(PROC) == 0 && status.device() == device)) {
      throw new OwnershipException(Messages.isLink(link));
    }
  }

  /** Reads a link that only root can exchange. */
  private String target(String link, String path) throws PosixException {
    byte[] text = new byte[PATH_MAX];
    String place = fd == LibC.AT_FDCWD ? link : LINK + fd + "/" + link;
    int length = libC.readlink(Bytes.of(place + '\0'), text);
    if (length < 0 || length == text.length) {
      int errno = length < 0 ? libC.errno() : Errno.ENAMETOOLONG;
      throw new PosixException("readlink(" + path + ")", errno);
    }
    return Bytes.toString(text, 0, length);
  }

  private int opened(int descriptor, String path) throws PosixException {
    if (descriptor < 0) {
      throw new PosixException("openat(" + path + ")", libC.errno());
    }
    return descriptor;
  }

  private void look(int descriptor) throws PosixException {
    if (status.of(descriptor) != 0) {
      throw directories.failed("fstatat");
    }
  }
}
