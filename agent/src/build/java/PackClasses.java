import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Packs the class files below directories into one file, which is faster to read at the start of a
 * JVM than as many entries of a jar: for each, in the order of their names, the length of the
 * binary name in two bytes, the name, the length of the class in four bytes, the class.
 */
final class PackClasses {
  private PackClasses() {}

  public static void main(String[] args) throws IOException {
    TreeMap<String, Path> classes = new TreeMap<>();
    for (int i = 1; i < args.length; i++) {
      Path root = Path.of(args[i]);
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(file -> file.toString().endsWith(".class"))
            .forEach(
                file -> {
                  String path = root.relativize(file).toString();
                  String name = path.substring(0, path.length() - ".class".length());
                  classes.put(name.replace('/', '.'), file);
                });
      }
    }
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      for (var each : classes.entrySet()) {
        byte[] content = Files.readAllBytes(each.getValue());
        out.writeUTF(each.getKey());
        out.writeInt(content.length);
        out.write(content);
      }
    }
  }
}
