package dev.nonroot.dist.app.io.netty.channel.unix;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;

/** Stands for Netty's, shaded into another library. */
public final class Socket {
  private ServerSocket open;

  /** Binds any port. */
  public void bind(SocketAddress address) throws IOException {
    if (address != null && open == null) {
      open = new ServerSocket(0);
    }
  }
}
