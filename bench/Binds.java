import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * What bench/late.sh starts. {@code java Binds PORT} binds the port and ends; {@code java Binds PORT
 * UID} fails if it is not that user then; {@code java Binds PORT serve} answers requests there.
 */
final class Binds {
  private Binds() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    if (args.length > 1 && args[1].equals("serve")) {
      serve(port);
      return;
    }
    try (ServerSocket socket = new ServerSocket(port)) {
      if (args.length > 1) {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/thread-self"), "unix:uid");
        if (uid != Integer.parseInt(args[1])) {
          throw new IOException(socket + " is bound by uid " + uid);
        }
      }
    }
  }

  private static void serve(int port) throws IOException {
    byte[] page = new byte[1024];
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
  }
}
