package dev.nonroot.dist;

import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;

/** Netty's jars. */
public final class Netty {
  private static final String ARCHITECTURE =
      System.getProperty("os.arch").equals("amd64") ? "linux-x86_64" : "linux-aarch_64";

  private Netty() {}

  /** A class path of them alone. */
  public static String classPath() throws IOException {
    StringJoiner classPath = new StringJoiner(":");
    for (String jar :
        List.of(
            "buffer",
            "codec-base",
            "codec-http",
            "common",
            "handler",
            "resolver",
            "transport",
            "transport-classes-epoll",
            "transport-classes-io_uring",
            "transport-native-unix-common",
            "transport-native-epoll-" + ARCHITECTURE,
            "transport-native-io_uring-" + ARCHITECTURE)) {
      classPath.add(Open.neighbour("netty-" + jar + ".jar").toString());
    }
    return classPath.toString();
  }
}
