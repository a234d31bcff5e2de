package dev.nonroot.fake;

import static dev.nonroot.posix.Errno.EINVAL;
import static dev.nonroot.posix.Errno.EPERM;

import dev.nonroot.identity.Capability;

/** What prctl(2) does to the calling thread. */
final class FakePrctl {
  static final int SET_DUMPABLE = 4;

  private static final int SET_KEEPCAPS = 8;
  private static final int GET_SECCOMP = 21;
  private static final int CAPBSET_READ = 23;
  private static final int CAPBSET_DROP = 24;
  private static final int SET_NO_NEW_PRIVS = 38;
  private static final int GET_NO_NEW_PRIVS = 39;
  private static final int CAP_AMBIENT = 47;

  private static final int AMBIENT_IS_SET = 1;
  private static final int AMBIENT_RAISE = 2;
  private static final int AMBIENT_LOWER = 3;
  private static final int AMBIENT_CLEAR_ALL = 4;

  private FakePrctl() {}

  /** The call as a C program would write it. */
  static String note(int option, long arg2, long arg3) {
    return switch (option) {
      case SET_DUMPABLE -> "prctl(PR_SET_DUMPABLE, " + arg2 + ")";
      case SET_KEEPCAPS -> "prctl(PR_SET_KEEPCAPS, " + arg2 + ")";
      case GET_SECCOMP -> "prctl(PR_GET_SECCOMP)";
      case CAPBSET_READ -> "prctl(PR_CAPBSET_READ, " + arg2 + ")";
      case CAPBSET_DROP -> "prctl(PR_CAPBSET_DROP, " + arg2 + ")";
      case SET_NO_NEW_PRIVS -> "prctl(PR_SET_NO_NEW_PRIVS, " + arg2 + ")";
      case GET_NO_NEW_PRIVS -> "prctl(PR_GET_NO_NEW_PRIVS)";
      case CAP_AMBIENT ->
          switch ((int) arg2) {
            case AMBIENT_IS_SET -> "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, " + arg3 + ")";
            case AMBIENT_RAISE -> "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, " + arg3 + ")";
            case AMBIENT_LOWER -> "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, " + arg3 + ")";
            case AMBIENT_CLEAR_ALL -> "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)";
            default -> "prctl(PR_CAP_AMBIENT, " + arg2 + ")";
          };
      default -> "prctl(" + option + ", " + arg2 + ", " + arg3 + ")";
    };
  }

  /** Returns what prctl returns, or an error number below 0. */
  static int call(FakeThread thread, int option, long arg2, long arg3) {
    return switch (option) {
      case SET_DUMPABLE -> arg2 == 0 || arg2 == 1 ? 0 : -EINVAL;
      case SET_KEEPCAPS -> arg2 == 0 || arg2 == 1 ? -thread.setKeepCaps(arg2 == 1) : -EINVAL;
      case GET_SECCOMP -> thread.credentials().seccomp();
      case CAPBSET_READ -> isSet(thread.credentials().capabilities().bounding(), arg2);
      case CAPBSET_DROP -> -thread.dropFromBoundingSet(arg2);
      case SET_NO_NEW_PRIVS -> arg2 == 1 && arg3 == 0 ? -thread.setNoNewPrivs() : -EINVAL;
      case GET_NO_NEW_PRIVS -> thread.credentials().noNewPrivs() ? 1 : 0;
      case CAP_AMBIENT -> ambient(thread, (int) arg2, arg3);
      default -> -EINVAL;
    };
  }

  private static int isSet(long set, long cap) {
    if (cap < 0 || cap > FakeThread.LAST_CAPABILITY) {
      return -EINVAL;
    }
    return Capability.in(set, (int) cap) ? 1 : 0;
  }

  private static int ambient(FakeThread thread, int operation, long cap) {
    if (operation == AMBIENT_CLEAR_ALL) {
      return cap == 0 ? -thread.lowerAmbient(-1) : -EINVAL;
    }
    if (cap < 0 || cap > FakeThread.LAST_CAPABILITY) {
      return -EINVAL;
    }
    return switch (operation) {
      case AMBIENT_IS_SET -> isSet(thread.credentials().capabilities().ambient(), cap);
      case AMBIENT_RAISE -> thread.raiseAmbient((int) cap) ? 0 : -EPERM;
      case AMBIENT_LOWER -> -thread.lowerAmbient(Capability.mask((int) cap));
      default -> -EINVAL;
    };
  }
}
