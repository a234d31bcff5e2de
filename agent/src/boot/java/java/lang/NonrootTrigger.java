package java.lang;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What instrumented code calls. It is in this package as every class loader finds that, and in the
 * JVM only where a step-down waits for something.
 */
public final class NonrootTrigger {
  /** Who is told of ports, or null. */
  static volatile IntConsumer onBound;

  /** Who is told how a method ended: null if it returned, or else what it threw. Or null. */
  static volatile Consumer<Throwable> onEnded;

  private NonrootTrigger() {}

  /**
   * A socket was bound.
   *
   * @param port the port that was asked for; 0 for any
   */
  public static void bound(int port) {
    IntConsumer listener = onBound;
    if (listener != null) {
      listener.accept(port);
    }
  }

  /**
   * A socket was bound.
   *
   * @param address to what; an address without a port is of no interest
   */
  public static void bound(SocketAddress address) {
    if (address instanceof InetSocketAddress) {
      bound(((InetSocketAddress) address).getPort());
    }
  }

  /**
   * The method that is waited for has ended.
   *
   * @param thrown what it threw, or null if it returned
   */
  public static void ended(Throwable thrown) {
    Consumer<Throwable> listener = onEnded;
    if (listener != null) {
      listener.accept(thrown);
    }
  }
}
