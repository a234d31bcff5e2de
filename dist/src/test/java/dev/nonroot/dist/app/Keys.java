package dev.nonroot.dist.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What is in a keystore. */
final class Keys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private Keys() {}

  private static KeyStore load(String file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  /** For a server. */
  static KeyManagerFactory of(String file) throws IOException, GeneralSecurityException {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(load(file), PASSWORD);
    return factory;
  }

  /** For clients of who is in it. */
  static TrustManagerFactory trusted(String file) throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(load(file));
    return factory;
  }

  /** A context without sessions. */
  static SSLContext context(KeyManagerFactory keys, TrustManagerFactory trusted)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys == null ? null : keys.getKeyManagers(),
        trusted == null ? null : trusted.getTrustManagers(),
        null);
    return context;
  }
}
