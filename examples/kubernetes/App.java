import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A small HTTP server that says who it is; with an argument it says it, and ends, and with "start" it
 * starts a process before.
 */
class App {
  private App() {}

  public static void main(String[] arguments) throws Exception {
    String who = "user.name is " + System.getProperty("user.name");
    if (arguments.length > 0) {
      if (arguments[0].equals("start")) {
        new ProcessBuilder("true").start().waitFor();
      }
      System.out.println(who);
      return;
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    byte[] answer = (who + "\n").getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          try (var body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
    System.out.println("ready");
  }
}
