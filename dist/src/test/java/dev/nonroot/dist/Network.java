package dev.nonroot.dist;

import java.util.ArrayList;
import java.util.List;

/** A network namespace of a command's own, in which it has all ports to itself. */
public final class Network {
  private Network() {}

  /** The command in a new one, where there is a loopback device and nothing else. */
  public static List<String> own(List<String> command) {
    return join(
        List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"), command);
  }

  /** The command in that of a process. */
  public static List<String> of(long pid, List<String> command) {
    return join(List.of("nsenter", "--net=/proc/" + pid + "/ns/net"), command);
  }

  private static List<String> join(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
