import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What somebody tries who has come so far as to run code in the server, on a thread that answers a
 * request. Usage, as a program of its own: {@code java Attack WHAT}.
 */
final class Attack {
  private Attack() {}

  /** The same of a request's query, or null. */
  static String ofQuery(String query) {
    return run(query == null ? "" : URLDecoder.decode(query, StandardCharsets.UTF_8));
  }

  /** Does it, and returns what came of it in one line. */
  static String run(String what) {
    String[] words = what.split(":", 2);
    try {
      return switch (words[0]) {
        case "" -> "served";
        case "read" -> Files.readAllBytes(Path.of(words[1])).length > 0 ? "yes" : "empty";
        case "bind" -> bind(Integer.parseInt(words[1]));
        case "setuid" -> setuid();
        case "system" -> system();
        case "start" -> start(words[1]);
        case "finalizer" -> onFinalizer(words[1]);
        case "halt" -> {
          Runtime.getRuntime().halt(Integer.parseInt(words[1]));
          yield "";
        }
        default -> "unknown: " + what;
      };
    } catch (IOException e) {
      return "no: " + e;
    }
  }

  /** Prints who this thread is at the moment. */
  static void say() throws IOException {
    StringBuilder said = new StringBuilder("binds as uid");
    for (String line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
      if (line.startsWith("Uid:")) {
        said.append(' ').append(line.split("\t")[2]);
      } else if (line.startsWith("CapEff:")) {
        said.append(' ').append(line.split("\t")[1]);
      }
    }
    System.out.println(said);
  }

  private static String bind(int port) throws IOException {
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    return "yes";
  }

  /** By the C library, which asks the same of each thread. */
  private static String setuid() {
    Function function = NativeLibrary.getInstance("c").getFunction("setuid");
    return function.invokeInt(new Object[] {0}) == 0
        ? "yes"
        : "no: errno " + Native.getLastError();
  }

  /** By the C library, behind the back of Java. */
  private static String system() {
    int status =
        NativeLibrary.getInstance("c").getFunction("system").invokeInt(new Object[] {"exit 7"});
    return status == 7 << 8 ? "yes" : "no: status " + status;
  }

  private static String start(String command) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes()).strip().replace('\n', ' ');
  }

  /** On a thread that the JVM has started before any code of the application's. */
  private static String onFinalizer(String what) {
    CompletableFuture<String> result = new CompletableFuture<>();
    for (int i = 0; i < 100; i++) {
      leave(what, result);
      System.gc();
      try {
        return result.get(100, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        // not collected yet
      } catch (Exception e) {
        return "no: " + e;
      }
    }
    return "never finalized";
  }

  private static void leave(String what, CompletableFuture<String> result) {
    new Object() {
      @Override
      @SuppressWarnings({"deprecation", "removal"})
      protected void finalize() {
        if (!result.isDone()) {
          result.complete(run(what));
        }
      }
    };
  }

  public static void main(String[] args) {
    System.out.println(run(args[0]));
  }
}
