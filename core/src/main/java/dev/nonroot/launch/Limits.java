package dev.nonroot.launch;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.PosixException;
import java.util.List;

/**
 * The resource limits that the command gets, in two steps: raising a hard limit needs root's
 * CAP_SYS_RESOURCE, and what is low could end the launcher itself.
 */
final class Limits {
  private final LibC libC;
  private final List<ResourceLimit> limits;

  Limits(LibC libC, List<ResourceLimit> limits) {
    this.libC = libC;
    this.limits = limits;
  }

  /** Raises the hard limits that are too low, and changes nothing else. */
  void raise() throws PosixException {
    long[] current = new long[2];
    for (int i = 0; i < limits.size(); i++) {
      ResourceLimit limit = limits.get(i);
      if (isLast(i)) {
        if (libC.getrlimit(limit.resource(), current) != 0) {
          throw new PosixException("getrlimit(" + limit.name() + ")", libC.errno());
        }
        if (Long.compareUnsigned(limit.hard(), current[1]) > 0) {
          set(limit, current[0]);
        }
      }
    }
  }

  /** Sets all of them; the exec has to come next. */
  void set() throws PosixException {
    for (int i = 0; i < limits.size(); i++) {
      if (isLast(i)) {
        set(limits.get(i), limits.get(i).soft());
      }
    }
  }

  private void set(ResourceLimit limit, long soft) throws PosixException {
    if (libC.setrlimit(limit.resource(), soft, limit.hard()) != 0) {
      int errno = libC.errno();
      String values = ResourceLimit.text(soft) + ", " + ResourceLimit.text(limit.hard());
      String call = "setrlimit(" + limit.name() + ", " + values + ")";
      throw errno == Errno.EPERM
          ? new PosixException(call, errno, Errno.text(errno) + Messages.FIX_LIMIT)
          : new PosixException(call, errno);
    }
  }

  /** Of a limit that is given twice the last counts. */
  private boolean isLast(int index) {
    for (int i = index + 1; i < limits.size(); i++) {
      if (limits.get(i).resource() == limits.get(index).resource()) {
        return false;
      }
    }
    return true;
  }
}
