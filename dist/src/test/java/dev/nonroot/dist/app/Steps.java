package dev.nonroot.dist.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/**
 * An application that takes one step for each argument, {@code what=argument}, and after each says
 * what came of it, and which uids the threads of the process have.
 */
@SuppressWarnings("SystemOut")
public final class Steps {
  /** What was bound stays open. */
  private static final List<Object> OPEN = new ArrayList<>();

  private Steps() {}

  public static void main(String[] args) throws Exception {
    System.out.println("start uids=" + uids());
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String outcome;
      try {
        outcome = take(arg.substring(0, equals), arg.substring(equals + 1));
      } catch (Exception e) {
        outcome = e.toString();
      }
      System.out.println(arg + " " + outcome + " uids=" + uids());
    }
  }

  private static String take(String step, String argument) throws Exception {
    switch (step) {
      case "ServerSocket" -> OPEN.add(new ServerSocket(port(argument)));
      case "ServerSocket4" ->
          OPEN.add(
              new ServerSocket(
                  port(argument), 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
      case "ServerSocket6" -> OPEN.add(new ServerSocket(port(argument), 1, loopback6()));
      case "bindElsewhere" -> // an address for documentation, which nobody has
          OPEN.add(new ServerSocket(port(argument), 1, InetAddress.getByName("192.0.2.1")));
      case "Socket" -> bindSocket(port(argument));
      case "ServerSocketChannel" -> OPEN.add(ServerSocketChannel.open().bind(any(argument)));
      case "AsynchronousServerSocketChannel" ->
          OPEN.add(AsynchronousServerSocketChannel.open().bind(any(argument)));
      case "DatagramChannel" -> OPEN.add(DatagramChannel.open().bind(any(argument)));
      case "DatagramSocket" -> OPEN.add(new DatagramSocket(port(argument)));
      case "MulticastSocket" -> OPEN.add(new MulticastSocket(port(argument)));
      case "virtual" -> inVirtualThread(port(argument));
      case "together" -> together(port(argument));
      case "shaded" -> new dev.nonroot.dist.app.io.netty.channel.unix.Socket().bind(any(argument));
      case "inLockedGroup" -> {
        synchronized (Thread.currentThread().getThreadGroup()) {
          OPEN.add(new ServerSocket(port(argument)));
        }
      }
      case "interrupted" -> {
        Thread.currentThread().interrupt();
        OPEN.add(new ServerSocket(port(argument)));
        return "interrupted=" + Thread.interrupted();
      }
      case "read" -> {
        return Files.readAllBytes(Path.of(argument)).length > 0 ? "read" : "empty";
      }
      case "start" -> new Started(argument).start(argument);
      case "startNumber" -> new Started(argument).start(Integer.parseInt(argument));
      case "isolated" -> isolated(argument);
      case "threads" -> {
        return String.valueOf(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("nonroot"))
                .count());
      }
      case "isIn" -> {
        return Class.forName(argument)
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .getPath();
      }
      case "put" -> OPEN.add(new HashMap<String, String>().put(argument, argument));
      case "reverse" -> {
        return String.valueOf(Integer.reverse(port(argument)));
      }
      case "fillHeap" -> fillHeap();
      case "sleep" -> Thread.sleep(Long.parseLong(argument));
      case "property" -> {
        return System.getProperty(argument);
      }
      default -> throw new IllegalArgumentException(step);
    }
    return "ok";
  }

  /** Keeps it full, and does not return. */
  private static void fillHeap() {
    int size = 1 << 20;
    while (true) {
      try {
        OPEN.add(new byte[size]);
      } catch (OutOfMemoryError e) {
        size = Math.max(1, size / 2);
      }
    }
  }

  private static int port(String text) {
    return Integer.parseInt(text);
  }

  private static InetAddress loopback6() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    return InetAddress.getByAddress(address);
  }

  private static InetSocketAddress any(String port) {
    return new InetSocketAddress(port(port));
  }

  private static void bindSocket(int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(port));
    OPEN.add(socket);
  }

  /** From Java 21 on. */
  private static void inVirtualThread(int port) throws Exception {
    Runnable bind =
        () -> {
          try {
            OPEN.add(new ServerSocket(port));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    ((Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, bind))
        .join();
  }

  /** Binds one port on many threads at once: each has to find the process stepped down. */
  private static void together(int port) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<String> failed = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  ServerSocketChannel channel = ServerSocketChannel.open();
                  channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                  start.await();
                  channel.bind(new InetSocketAddress(port));
                  String uids = uids();
                  if (uids.contains("0 0")) {
                    throw new IllegalStateException(uids);
                  }
                  synchronized (OPEN) {
                    OPEN.add(channel);
                  }
                } catch (Exception e) {
                  // who comes too late is not root any more, and must not bind
                  if (!"Permission denied".equals(e.getMessage())) {
                    synchronized (failed) {
                      failed.add(e.toString());
                    }
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException(failed.toString());
    }
  }

  private static void isolated(String argument) throws Exception {
    URL classes = Steps.class.getProtectionDomain().getCodeSource().getLocation();
    URLClassLoader loader =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getSystemClassLoader().getParent());
    OPEN.add(loader);
    Object started =
        loader.loadClass(Started.class.getName()).getConstructor(String.class).newInstance("");
    started.getClass().getMethod("start", String.class).invoke(started, argument);
  }

  /** The different lines of uids; a thread may end while it is looked at. */
  private static String uids() throws IOException {
    TreeSet<String> uids = new TreeSet<>();
    String[] tasks = Path.of("/proc/self/task").toFile().list();
    for (String task : tasks) {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/task", task, "status"))) {
          if (line.startsWith("Uid:")) {
            uids.add(line.substring(4).trim().replace('\t', ' '));
          }
        }
      } catch (IOException e) {
        if (Files.exists(Path.of("/proc/self/task", task))) {
          throw e;
        }
      }
    }
    return uids.toString();
  }

  /** What some wait for. */
  public static class Started {
    /** With an argument that says so it throws. */
    public Started(String argument) throws IOException {
      if (argument.equals("constructor")) {
        throw new IOException("cannot be made");
      }
    }

    /** With an argument that says so it throws. */
    public long start(String argument) throws IOException {
      if (argument.equals("throw")) {
        throw new IOException("cannot be started\nat all");
      }
      return argument.length();
    }

    /** Another one of that name. */
    public double start(int number) {
      double sum = 0;
      for (long i = 0; i < number; i++) {
        sum += i;
      }
      return sum;
    }

    /** One that nobody calls. */
    public void stop() {}
  }
}
