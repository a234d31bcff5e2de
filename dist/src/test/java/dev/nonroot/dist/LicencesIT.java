package dev.nonroot.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Whose software is packed, and under which licences: the tree says it of all, and of no other. */
class LicencesIT {
  private static final Path LICENCES = Tree.root().resolve("licenses");
  private static final Path NATIVE =
      Tree.root().getParent().getParent().resolveSibling("native/target");

  /** {@code jffi 1.4.3 (com.github.jnr)} and, in the next line, its licences. */
  private static final Pattern ENTRY =
      Pattern.compile("(?m)^(\\S+)(?: (\\S+))? \\(.*\n    licence: (.*)$");

  /** Their text is the same for all that is under them; others name who has the copyright. */
  private static final Map<String, String> COMMON =
      Map.of("Apache-2.0", "../LICENSE", "EPL-2.0", "EPL-2.0.md");

  private static String thirdParty() throws IOException {
    return Files.readString(LICENCES.resolve("THIRD-PARTY.txt"));
  }

  /** Names with versions, and what is said of their licences. */
  private static Map<String, String> listed() throws IOException {
    Map<String, String> all = new TreeMap<>();
    Matcher entry = ENTRY.matcher(thirdParty());
    while (entry.find()) {
      if (entry.group(2) != null) {
        all.put(entry.group(1) + "-" + entry.group(2), entry.group(3));
      }
    }
    return all;
  }

  @Test
  void whatIsPackedIsListedAndNothingElse() throws Exception {
    Set<String> packed = new TreeSet<>();
    for (Path jar : packedJars().keySet()) {
      packed.add(nameOf(jar));
    }
    Set<String> libraries = new TreeSet<>(listed().keySet());
    libraries.removeIf(name -> name.startsWith("teavm-"));
    assertEquals(packed, libraries);
  }

  @Test
  void eachHasTheTextOfALicence() throws Exception {
    for (Map.Entry<String, String> library : listed().entrySet()) {
      List<String> texts = new ArrayList<>();
      for (String licence : library.getValue().split("[ ,]+", -1)) {
        if (COMMON.containsKey(licence)) {
          texts.add(COMMON.get(licence));
        }
      }
      // asm.txt is asm-tree-9.8's, too
      for (String name : files()) {
        if (library.getKey().startsWith(name.replace(".txt", "-"))) {
          texts.add(name);
        }
      }
      assertTrue(!texts.isEmpty(), library + " has no text in " + files());
    }
  }

  /** Section 4 (d) of Apache-2.0: who distributes it brings its NOTICE along. */
  @Test
  void noticesAreBroughtAlong() throws Exception {
    Set<String> brought = new TreeSet<>();
    for (String name : files()) {
      brought.add(Files.readString(LICENCES.resolve(name)));
    }
    int notices = 0;
    for (Path path : packedJars().keySet()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        for (ZipEntry entry : Collections.list(jar.entries())) {
          if (entry.getName().matches("(META-INF/)?(NOTICE[^/]*|licenses/[^/]+)")) {
            notices++;
            String notice = new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
            assertTrue(brought.contains(notice), entry + " of " + path + " is missing");
          }
        }
      }
    }
    assertTrue(notices > 1, "Byte Buddy has a notice and ASM's licence");
  }

  @Test
  void theTextsAreWhatTheyAreSaidToBe() throws Exception {
    String apache = Files.readString(LICENCES.resolve("../LICENSE"));
    assertTrue(apache.contains("Apache License") && apache.contains("Version 2.0"), apache);
    String eclipse = Files.readString(LICENCES.resolve("EPL-2.0.md"));
    assertTrue(eclipse.startsWith("Eclipse Public License - v 2.0"), eclipse);
    for (Matcher file = Pattern.compile("[\\w.-]+\\.(txt|md)").matcher(thirdParty());
        file.find(); ) {
      assertTrue(Files.size(LICENCES.resolve(file.group())) > 100, file.group());
    }
  }

  /** What TeaVM has compiled is nonroot's, or of TeaVM's class library. */
  @Test
  void theNativePartsAreTeaVmsAndMusls() throws Exception {
    Root.required(
        Files.exists(Tree.root().resolve("bin/nonroot")),
        "needs bin/nonroot, which -DskipNative leaves out");
    for (String part : List.of("launcher-c", "agent-c")) {
      Path classes = NATIVE.resolve(part).resolve("classes");
      try (Stream<Path> files = Files.walk(classes)) {
        Set<String> roots =
            files
                .filter(Files::isRegularFile)
                .map(file -> classes.relativize(file).toString())
                .map(name -> name.replaceFirst("^(java|(dev/nonroot|org/teavm))/.*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of("dev/nonroot", "java", "org/teavm"), roots);
      }
    }
    for (String text : List.of("\nteavm ", "(../LICENSE, teavm-NOTICE.txt)", "\nmusl\n")) {
      assertTrue(thirdParty().contains(text), text);
    }
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(LICENCES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** {@code jffi-1.4.3} of jffi-1.4.3-native.jar. */
  private static String nameOf(Path jar) {
    return jar.getFileName().toString().replaceFirst("(-native)?\\.jar$", "");
  }

  /** The libraries' own jars, and what is packed of each. */
  private static Map<Path, String> packedJars() throws Exception {
    Map<Path, String> jars = new TreeMap<>();
    for (String name : packedFiles()) {
      boolean found = false;
      for (URL url : Collections.list(LicencesIT.class.getClassLoader().getResources(name))) {
        if (url.openConnection() instanceof JarURLConnection connection) {
          Path jar = Path.of(connection.getJarFileURL().toURI());
          // of this build, the jar that is packed itself is on the class path as well
          if (!jar.getFileName().toString().startsWith("nonroot-")) {
            jars.putIfAbsent(jar, name);
            found = true;
          }
        }
      }
      assertTrue(found, () -> name + " is of no library on the class path");
    }
    return jars;
  }

  /** The classes and native libraries in the jars that are not nonroot's. */
  private static Set<String> packedFiles() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path path : List.of(Tree.agentJar(), Tree.launcherJar())) {
      try (JarFile jar = new JarFile(path.toFile())) {
        for (ZipEntry entry : Collections.list(jar.entries())) {
          String name = entry.getName().replaceFirst("^(META-INF/versions/\\d+|inner)/", "");
          try (InputStream content = jar.getInputStream(entry)) {
            if (name.endsWith(".bin")) {
              names.addAll(classesIn(content));
            } else if (name.endsWith(".jar")) {
              names.addAll(filesIn(content));
            } else if (!entry.isDirectory()) {
              names.add(name);
            }
          }
        }
      }
    }
    names.removeIf(
        name -> name.matches("dev/nonroot/.*|java/lang/Nonroot\\w+\\.class|META-INF/.*"));
    return names;
  }

  private static Set<String> classesIn(InputStream packed) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DataInputStream data = new DataInputStream(packed)) {
      for (int next = data.read(); next >= 0; next = data.read()) {
        byte[] name = data.readNBytes(next << 8 | data.read());
        names.add(new String(name, UTF_8).replace('.', '/') + ".class");
        data.skipNBytes(data.readInt());
      }
    }
    return names;
  }

  private static Set<String> filesIn(InputStream jar) throws IOException {
    Set<String> names = new TreeSet<>();
    try (ZipInputStream zip = new ZipInputStream(jar)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }
}
