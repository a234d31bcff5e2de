package dev.nonroot.dist.app.protocol.jar;

import dev.nonroot.dist.app.Providers;
import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

/** An application's handler of {@code jar:} URLs, for {@code java.protocol.handler.pkgs}. */
public final class Handler extends URLStreamHandler {
  static {
    Providers.started("URL handler");
  }

  @Override
  protected URLConnection openConnection(URL url) throws IOException {
    throw new IOException("not for use");
  }
}
