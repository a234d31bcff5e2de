import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads its secret, and has a hole: it runs the command that it is given. */
public class Application {
  private static final Path SECRET = Path.of("/run/secrets/database-password");

  public static void main(String[] command) throws IOException, InterruptedException {
    System.out.println("Application: " + secret());
    if (command.length > 0) {
      System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }
  }

  private static String secret() {
    try {
      return Files.readString(SECRET).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
