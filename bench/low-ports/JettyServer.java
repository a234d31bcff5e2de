import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.setuid.SetUIDListener;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The same with Jetty, and what etc/jetty-setuid.xml of its module setuid adds: all else is that
 * module's default. Usage: {@code java JettyServer KEYSTORE startServerAsPrivileged}.
 */
public final class JettyServer {
  private JettyServer() {}

  public static void main(String[] args) throws Exception {
    Server server = new Server();
    ServerConnector http = new ServerConnector(server);
    http.setPort(80);
    server.addConnector(http);
    SslContextFactory.Server keys = new SslContextFactory.Server();
    keys.setKeyStorePath(args[0]);
    keys.setKeyStorePassword("changeit");
    HttpConfiguration secure = new HttpConfiguration();
    secure.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector https =
        new ServerConnector(
            server, new SslConnectionFactory(keys, "http/1.1"), new HttpConnectionFactory(secure));
    https.setPort(443);
    server.addConnector(https);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            String answer = Attack.ofQuery(request.getHttpURI().getQuery());
            response.write(
                true, ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)), callback);
            return true;
          }
        });

    SetUIDListener listener = new SetUIDListener();
    listener.setUsername("app");
    listener.setGroupname("app");
    listener.setUmaskOctal("002");
    listener.setStartServerAsPrivileged(Boolean.parseBoolean(args[1]));
    server.addEventListener(listener);
    Attack.say();
    server.start();
  }
}
