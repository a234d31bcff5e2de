package java.lang;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * What instrumented code calls. It is in this package as every class loader finds that, and in the
 * JVM only where nonroot wants to be told something.
 */
public final class NonrootTrigger {
  /** Who is told of ports, or null. */
  static volatile IntConsumer onBound;

  /** Who is told how a method ended: null if it returned, or else what it threw. Or null. */
  static volatile Consumer<Throwable> onEnded;

  /** Who is told of processes, and says why one must not be started, or else null. Or null. */
  static volatile Function<String[], String> onSpawn;

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

  /**
   * A process is about to be started.
   *
   * @param command the program and its arguments
   * @throws IOException if it must not be
   */
  public static void spawning(String[] command) throws IOException {
    Function<String[], String> listener = onSpawn;
    String denial = listener == null ? null : listener.apply(command);
    if (denial != null) {
      throw new IOException(denial);
    }
  }
}
