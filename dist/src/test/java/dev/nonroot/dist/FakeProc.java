package dev.nonroot.dist;

/**
 * Shell scripts that make /proc say that their shell is user 10001, in a mount namespace of its
 * own; what the shell executes next has its process id.
 */
public final class FakeProc {
  private static final String USER = "setpriv --reuid=10001 --regid=10001 --clear-groups";

  private FakeProc() {}

  /** A status in a file of a tmpfs. */
  public static String status() {
    return tmpfs("cat /proc/self/status > /mnt/status; mount --bind /mnt/status /proc/$$/status");
  }

  /** A tmpfs in place of the whole of /proc, as packed into an image by mistake. */
  public static String whole() {
    return tmpfs(
        "mkdir -p self/task/1 sys/kernel; ln -s self thread-self;"
            + " cat /proc/self/status > self/status; cp self/status self/task/1;"
            + " cat /proc/self/uid_map > self/uid_map; : > self/environ;"
            + " cat /proc/sys/kernel/overflowuid > sys/kernel/overflowuid;"
            + " mount --bind /mnt /proc");
  }

  /** The kernel's status of another process, which ends by itself. */
  public static String ofAnother() {
    return USER
        + " sleep 60 >/dev/null 2>&1 & other=$!; while grep -q '^Uid:.0' /proc/$other/status; do :; done;"
        + " mount --bind /proc/$other/status /proc/$$/status";
  }

  private static String tmpfs(String script) {
    return "mkdir -p /mnt; mount -t tmpfs none /mnt; cd /mnt; chmod 777 /mnt; "
        + script.replace("cat /proc/self/", USER + " cat /proc/self/")
        + "; cd /";
  }
}
