import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What is compared: a server of HTTP on port 80 and HTTPS on port 443 that knows nothing of users.
 * Usage: {@code java Server KEYSTORE}. What a request's query says is an
 * {@link Attack}.
 */
public final class Server {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final HttpServer http;
  private final HttpsServer https;

  /** Has read the key, and bound both ports. */
  Server(Path keystore) throws Exception {
    SSLContext tls = tls(keystore);
    Attack.say();
    http = HttpServer.create(new InetSocketAddress(80), 0);
    https = HttpsServer.create(new InetSocketAddress(443), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls));
  }

  void start() {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (HttpServer each : new HttpServer[] {http, https}) {
      each.createContext("/", Server::answer);
      each.setExecutor(threads);
      each.start();
    }
  }

  private static void answer(HttpExchange exchange) throws java.io.IOException {
    byte[] answer =
        Attack.ofQuery(exchange.getRequestURI().getRawQuery()).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static SSLContext tls(Path keystore) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  public static void main(String[] args) throws Exception {
    new Server(Path.of(args[0])).start();
  }
}
