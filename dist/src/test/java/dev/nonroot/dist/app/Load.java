package dev.nonroot.dist.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Clients of a server on ports 80 and 443, which end it all at the first answer that is not as it
 * should be. Arguments: a keystore with the certificate to trust, the file that an intruder is to
 * read, and the path and text of a page on port 80, if that is another server than that of port
 * 443. It prints what the intruder finds, how many answers there were, and what the intruder finds
 * then.
 */
@SuppressWarnings("SystemOut")
public final class Load implements AutoCloseable {
  private static final int CLIENTS = 8;
  private static final int CONNECTIONS = 13;
  private static final int REQUESTS = 20;
  private static final int SECONDS = 60;

  private final Socket socket;
  private final InputStream in;

  /** A connection; over TLS always with a full handshake. */
  private Load(TrustManagerFactory trusted) throws IOException, GeneralSecurityException {
    if (trusted == null) {
      socket = new Socket("localhost", 80);
    } else {
      socket = Keys.context(null, trusted).getSocketFactory().createSocket("localhost", 443);
      SSLParameters parameters = ((SSLSocket) socket).getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      ((SSLSocket) socket).setSSLParameters(parameters);
    }
    socket.setSoTimeout(SECONDS * 1000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  public static void main(String[] args) throws Exception {
    TrustManagerFactory trusted = Keys.trusted(args[0]);
    String intruder = Pages.INTRUDER + args[1];
    printPage(trusted, intruder);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      checkAll(clients, trusted, args);
    } finally {
      clients.shutdownNow();
    }
    printPage(trusted, intruder);
  }

  private static void checkAll(ExecutorService clients, TrustManagerFactory trusted, String[] args)
      throws Exception {
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < CLIENTS * CONNECTIONS; i++) {
      int first = i * REQUESTS;
      results.add(clients.submit(() -> check(trusted, first, null, null)));
      results.add(
          clients.submit(
              () ->
                  args.length == 2
                      ? check(null, first, null, null)
                      : check(null, first, args[2], args[3])));
    }
    for (Future<?> result : results) {
      result.get();
    }
    System.out.println(results.size() * REQUESTS + " answers");
  }

  private static void printPage(TrustManagerFactory trusted, String path) throws Exception {
    try (Load connection = new Load(trusted)) {
      System.out.println(connection.get(path));
    }
  }

  /** The path is null for a page of each number. */
  private static Void check(TrustManagerFactory trusted, int first, String path, String text)
      throws Exception {
    try (Load connection = new Load(trusted)) {
      for (int number = first; number < first + REQUESTS; number++) {
        String is = connection.get(path == null ? "/page/" + number : path);
        if (!is.equals(path == null ? Pages.page(number) : text)) {
          throw new IOException("page " + number + " is: " + is);
        }
      }
    }
    return null;
  }

  private String get(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    String status = line();
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(path + ": " + status);
    }
    int length = 0;
    boolean chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).trim());
      }
      chunked |= lower.equals("transfer-encoding: chunked");
    }
    return chunked ? chunks() : bytes(length);
  }

  private String chunks() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int length = -1; length != 0; line()) {
      length = Integer.parseInt(line(), 16);
      all.append(bytes(length));
    }
    return all.toString();
  }

  private String bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("after " + bytes.length + " of " + length + " bytes");
    }
    return new String(bytes, US_ASCII);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("within a line");
      }
      line.write(c);
    }
    return line.toString(US_ASCII).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
