package app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** For the image's HEALTHCHECK, as there is no curl in it: fails unless the service answers. */
public final class HealthCheck {
  private HealthCheck() {}

  public static void main(String[] args) throws IOException {
    try (InputStream answer = URI.create("http://127.0.0.1:8080/").toURL().openStream()) {
      answer.transferTo(System.out);
    }
    System.out.flush();
  }
}
