package app;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A small service, which says as whom it runs. */
public final class Server {
  private Server() {}

  public static void main(String[] args) throws IOException {
    byte[] answer =
        ("Hello from " + System.getProperty("user.name") + "\n").getBytes(StandardCharsets.UTF_8);
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          try (exchange) {
            exchange.getResponseBody().write(answer);
          }
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop(1);
                  System.out.println("stopped");
                }));
    server.start();
    System.out.println("started");
  }
}
