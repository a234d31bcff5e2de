import java.nio.file.Path;
import org.apache.commons.daemon.Daemon;
import org.apache.commons.daemon.DaemonContext;

/** {@link Server} in the parts that jsvc calls: init with its privileges, start without. */
public final class JsvcServer implements Daemon {
  private Server server;

  @Override
  public void init(DaemonContext context) throws Exception {
    server = new Server(Path.of(context.getArguments()[0]));
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void stop() {}

  @Override
  public void destroy() {}
}
