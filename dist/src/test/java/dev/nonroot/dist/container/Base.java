package dev.nonroot.dist.container;

import dev.nonroot.dist.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image with Java, that is made here.
 *
 * @param feature the version of Java
 * @param java the path of its {@code java} in the image
 * @param source where it is from: the home of a JDK, or a release of Debian
 * @param packages the packages of Debian, or "" for a JDK's home
 * @param variant mmdebstrap's
 */
record Base(int feature, String java, String source, String packages, String variant) {
  private static final String DEBIAN = "/usr/lib/jvm/java-%d-openjdk-amd64/bin/java";
  private static final String TRIXIE = "openjdk-21-jre-headless,openjdk-25-jre-headless";

  /** The JDK that runs the tests, on busybox. */
  static Base running() {
    Path home = Path.of(System.getProperty("java.home"));
    return new Base(Runtime.version().feature(), "/opt/java/bin/java", home.toString(), "", "");
  }

  /** Each JDK of this machine, on busybox. */
  static List<Base> onBusybox() throws IOException {
    List<Base> bases = new ArrayList<>();
    for (Path java : Tree.javas()) {
      Path home = java.getParent().getParent();
      if (Files.isExecutable(home.resolve("bin/jlink"))) {
        int feature = Tree.featureOf(java);
        bases.add(new Base(feature, "/opt/java/bin/java", home.toString(), "", ""));
      }
    }
    return bases;
  }

  /** Java 21 and 25 with Debian's user land. */
  static List<Base> debian() {
    return List.of(
        new Base(21, String.format(DEBIAN, 21), "trixie", TRIXIE, "essential"),
        new Base(25, String.format(DEBIAN, 25), "trixie", TRIXIE, "essential"));
  }

  /** Java 8 and 11, and nothing that they do not need: no shell, no /etc/passwd. */
  static List<Base> old() {
    return List.of(
        new Base(8, String.format(DEBIAN, 8), "sid", "openjdk-8-jre-headless", "extract"),
        new Base(11, String.format(DEBIAN, 11), "bullseye", "openjdk-11-jre-headless", "extract"));
  }

  private boolean isDebian() {
    return !packages.isEmpty();
  }

  String baseTag() {
    return isDebian() ? source : "busybox-" + feature;
  }

  String tag() {
    return (isDebian() ? source : "busybox") + "-" + feature;
  }

  /** The arguments of the script that makes it. */
  List<String> script(String directory, String name) {
    return isDebian()
        ? List.of("debian-image", directory, name, source, packages, variant)
        : List.of("java-image", directory, name, source);
  }

  @Override
  public String toString() {
    return tag();
  }
}
