package dev.nonroot.teavm;

import dev.nonroot.guard.Exemption;
import dev.nonroot.guard.JavaCommand;
import dev.nonroot.guard.Jvm;
import dev.nonroot.report.Report;
import dev.nonroot.text.Bytes;
import java.io.IOException;
import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The JVM that has loaded this library, as its system properties describe it before it starts. */
final class NativeJvm implements Jvm {
  private static final String JAVA_8 = "1.8";
  private static final String CLASS_PATH = "java.class.path";

  private final PosixOperatingSystem os;

  /**
   * @param os the system
   */
  NativeJvm(PosixOperatingSystem os) {
    this.os = os;
  }

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
    String main = JavaCommand.main(command, property(CLASS_PATH));
    return isJava8() && isTool() ? Exemption.TOOLS_JAR + main : main;
  }

  @Override
  public String mainModule() {
    if (isJava8()) {
      int slash = Exemption.TOOLS_JAR.length() - 1;
      return isTool() ? Exemption.TOOLS_JAR.substring(0, slash) : null;
    }
    return property("jdk.module.main");
  }

  private static boolean isJava8() {
    return JAVA_8.equals(property("java.vm.specification.version"));
  }

  /** Whether the process is a command of the JDK's other than java, which has its main built in. */
  private boolean isTool() {
    String command = jdkCommand();
    return command != null && !command.equals("java");
  }

  /** The name of the JDK's command that the process is, or null. */
  private String jdkCommand() {
    String exe = realPath("/proc/self/exe");
    String home = realPath(property("java.home"));
    if (exe == null || home == null) {
      return null;
    }
    int slash = exe.lastIndexOf('/');
    String directory = exe.substring(0, slash);
    // Java 8 has its java.home in a JDK's jre, and commands in both
    boolean ofJdk =
        directory.equals(home + "/bin")
            || (home.endsWith("/jre")
                && directory.equals(home.substring(0, home.length() - 3) + "bin"));
    return ofJdk ? exe.substring(slash + 1) : null;
  }

  private String realPath(String path) {
    try {
      return path == null ? null : os.realPath(path);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public boolean runsNoApplication() {
    String command = command();
    return command == null ? "java".equals(jdkCommand()) : runsLauncher(command);
  }

  /** Whether {@code java -jar} was given the launcher's jar that lies beside this library. */
  private boolean runsLauncher(String command) {
    String classPath = property(CLASS_PATH);
    if (!JavaCommand.isJar(command, classPath)) {
      return false;
    }
    String library = realPath(library());
    if (library == null) {
      return false;
    }
    String directory = library.substring(0, library.lastIndexOf('/'));
    String launcher = realPath(directory + "/../nonroot-launcher.jar");
    return launcher != null && launcher.equals(realPath(classPath));
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
