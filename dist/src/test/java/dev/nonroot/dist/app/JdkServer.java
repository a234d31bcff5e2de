package dev.nonroot.dist.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's own server. The argument is the keystore. */
public final class JdkServer {
  private JdkServer() {}

  public static void main(String[] args) throws Exception {
    HttpsServer https = HttpsServer.create(new InetSocketAddress(443), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(Keys.context(Keys.of(args[0]), null)));
    HttpServer http = HttpServer.create(new InetSocketAddress(80), 0);
    ExecutorService executor = Executors.newFixedThreadPool(8);
    for (HttpServer server : List.of(https, http)) {
      server.setExecutor(executor);
      server.createContext("/", JdkServer::answer);
      server.start();
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] bytes = Pages.at(exchange.getRequestURI().getPath()).getBytes(US_ASCII);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
