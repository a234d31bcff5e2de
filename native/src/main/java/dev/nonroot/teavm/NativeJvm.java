package dev.nonroot.teavm;

import dev.nonroot.guard.JavaCommand;
import dev.nonroot.guard.Jvm;
import dev.nonroot.report.Report;
import dev.nonroot.text.Bytes;
import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The JVM that has loaded this library, as its system properties describe it before it starts. */
final class NativeJvm implements Jvm {
  private static final String JAVA_8 = "1.8";

  @Import(name = "nonroot_property")
  @Include(value = "nonroot.h", isSystem = false)
  private static native int property(Address name, Address buffer, int size);

  @Import(name = "nonroot_library")
  @Include(value = "nonroot.h", isSystem = false)
  private static native int library(Address buffer, int size);

  private static String property(String name) {
    byte[] cName = CText.of(name);
    int length = property(Address.ofData(cName), Address.fromInt(0), 0);
    if (length < 0) {
      return null;
    }
    byte[] value = new byte[length];
    property(Address.ofData(cName), Address.ofData(value), length);
    return Bytes.toString(value);
  }

  /** The java command sets it to main class, module or jar, with the arguments behind it. */
  private static String command() {
    return property("sun.java.command");
  }

  @Override
  public String main() {
    String command = command();
    if (command == null) {
      return null;
    }
    return JavaCommand.main(command, property("java.class.path"));
  }

  @Override
  public String home() {
    return property("java.home");
  }

  private static boolean isJava8() {
    return JAVA_8.equals(property("java.vm.specification.version"));
  }

  @Override
  public String agent() {
    return library();
  }

  /** The library lies in its directory lib. */
  @Override
  public String installation() {
    String library = library();
    int slash = library == null ? -1 : library.lastIndexOf('/');
    return slash < 0 ? null : library.substring(0, slash) + "/..";
  }

  private static String library() {
    int length = library(Address.fromInt(0), 0);
    if (length < 0) {
      return null;
    }
    byte[] path = new byte[length];
    library(Address.ofData(path), length);
    return Bytes.toString(path);
  }

  @Override
  public boolean isInstrumented() {
    return false;
  }

  @Override
  public Report.Subject subject() {
    String main = main();
    return new Report.Subject(
        System.currentTimeMillis(), C.getpid(), main == null ? "" : main, version());
  }

  /** The JVM's version is Java's but for Java 8. */
  private static String version() {
    String version = property("java.vm.version");
    if (isJava8() || version == null) {
      return String.valueOf(property("java.vm.specification.version"));
    }
    int plus = version.indexOf('+');
    return plus < 0 ? version : version.substring(0, plus);
  }
}
