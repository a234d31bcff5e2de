package dev.nonroot.guard;

import dev.nonroot.process.Program;
import dev.nonroot.text.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells options of a JVM that leave a tool of the JDK what it is from those that can have it run
 * other code. Only what is known to be harmless is: a new option may be anything.
 */
final class JvmOptions {
  /** What the JVM takes options from, whatever program it is in; the last two are OpenJ9's. */
  private static final List<String> VARIABLES =
      Words.split("JAVA_TOOL_OPTIONS= _JAVA_OPTIONS= OPENJ9_JAVA_OPTIONS= IBM_JAVA_OPTIONS=", ' ');

  /** What the command java takes options from. */
  private static final String VARIABLE_OF_JAVA = "JDK_JAVA_OPTIONS=";

  /** Where javac takes annotation processors from, which it runs. */
  private static final List<String> VARIABLES_OF_JAVAC =
      Words.split("JDK_JAVAC_OPTIONS= CLASSPATH=", ' ');

  private static final List<String> HARMLESS =
      Words.split(
          "-ea -da -esa -dsa -enableassertions -disableassertions "
              + "-enablesystemassertions -disablesystemassertions -server -client -d64 "
              + "-verbose --enable-preview -Xint -Xmixed -Xcomp -Xbatch -Xrs -Xdebug "
              + "-Xnoclassgc -Xlog -Xlog:disable -Xshare:auto -Xshare:on -Xshare:off "
              + "-showversion "
              + "--show-version -XshowSettings:vm",
          ' ');

  private static final List<String> HARMLESS_STARTS =
      Words.split(
          "-ea: -da: -enableassertions: -disableassertions: -verbose: -Xms -Xmx "
              + "-Xmn -Xss -Xlog: -Xcheck: -Xverify: --add-exports= --add-modules= "
              + "--add-opens= --add-reads= --enable-native-access= --illegal-access= "
              + "--illegal-native-access= --limit-modules= "
              + "--sun-misc-unsafe-memory-access=",
          ' ');

  /** Those that are on or off. Not all are: a switch can have the JVM look for services. */
  private static final List<String> SWITCHES =
      Words.split(
          "AlwaysPreTouch CrashOnOutOfMemoryError DisableAttachMechanism "
              + "DisableExplicitGC DumpPrivateMappingsInCore DumpSharedMappingsInCore "
              + "ExitOnOutOfMemoryError ExplicitGCInvokesConcurrent "
              + "HeapDumpOnOutOfMemoryError IgnoreUnrecognizedVMOptions MaxFDLimit "
              + "OptimizeStringConcat ParallelRefProcEnabled PerfDisableSharedMem "
              + "PrintCommandLineFlags ShowCodeDetailsInExceptionMessages "
              + "TieredCompilation UnlockDiagnosticVMOptions "
              + "UnlockExperimentalVMOptions UseAdaptiveSizePolicy "
              + "UseCGroupMemoryLimitForHeap UseCompactObjectHeaders "
              + "UseCompressedClassPointers UseCompressedOops UseConcMarkSweepGC "
              + "UseDynamicNumberOfCompilerThreads "
              + "UseContainerSupport UseG1GC UseLargePages UseNUMA UseParallelGC "
              + "UsePerfData UseSerialGC UseShenandoahGC UseStringDeduplication "
              + "UseTransparentHugePages UseZGC ZGenerational",
          ' ');

  private static final List<String> NUMBERS =
      Words.split(
          "ActiveProcessorCount CICompilerCount CompressedClassSpaceSize "
              + "ConcGCThreads G1HeapRegionSize GCTimeRatio InitialCodeCacheSize "
              + "InitialHeapSize InitialRAMPercentage InitiatingHeapOccupancyPercent "
              + "MaxDirectMemorySize MaxGCPauseMillis MaxHeapFreeRatio MaxHeapSize "
              + "MaxMetaspaceSize MaxNewSize MaxRAM MaxRAMFraction MaxRAMPercentage "
              + "MetaspaceSize MinHeapFreeRatio MinRAMFraction MinRAMPercentage "
              + "NewRatio NewSize ParallelGCThreads ReservedCodeCacheSize "
              + "SoftMaxHeapSize SurvivorRatio ThreadStackSize TieredStopAtLevel",
          ' ');

  /** Values that are no numbers, and yet nothing but values. */
  private static final List<String> HARMLESS_FLAGS =
      Words.split("CompilationMode ErrorFile HeapDumpPath NativeMemoryTracking", ' ');

  private static final String FLAG = "-XX:";
  private static final String ARCHIVE = "-XX:SharedArchiveFile=";

  /** Of any other, somebody may make a class or a file: javac has one for its class path. */
  private static final List<String> HARMLESS_PROPERTIES =
      Words.split(
          "file.encoding http.nonProxyHosts http.proxyHost http.proxyPort "
              + "https.proxyHost https.proxyPort java.awt.headless java.io.tmpdir "
              + "java.net.preferIPv4Stack java.net.preferIPv6Addresses "
              + "java.net.useSystemProxies java.rmi.server.hostname java.security.egd "
              + "javax.net.ssl.keyStore javax.net.ssl.keyStorePassword "
              + "javax.net.ssl.keyStoreType javax.net.ssl.trustStore "
              + "javax.net.ssl.trustStorePassword javax.net.ssl.trustStoreType "
              + "jdk.tls.client.protocols line.separator stderr.encoding "
              + "stdout.encoding sun.net.inetaddr.ttl user.country user.language "
              + "user.timezone user.variant",
          ' ');

  private final Program program;
  private final String agent;
  private final String installation;

  /**
   * @param program the process
   * @param jvm where nonroot's own files are
   */
  JvmOptions(Program program, Jvm jvm) {
    this.program = program;
    agent = program.realPath(jvm.agent());
    installation = program.realPath(jvm.installation());
  }

  /**
   * Says whether what the JVM takes from the environment is harmless.
   *
   * @param command the command of the JDK that the process is
   */
  boolean areHarmlessInEnvironment(String command) {
    List<String> environment = program.environment();
    if (environment == null) {
      return false;
    }
    for (String variable : environment) {
      if (command.equals("javac") && startsWithAny(variable, VARIABLES_OF_JAVAC)) {
        return false;
      }
      boolean counts =
          startsWithAny(variable, VARIABLES)
              || (command.equals("java") && variable.startsWith(VARIABLE_OF_JAVA));
      if (counts && !areHarmless(split(variable.substring(variable.indexOf('=') + 1)))) {
        return false;
      }
    }
    return true;
  }

  private boolean areHarmless(List<String> options) {
    for (String option : options) {
      if (!isHarmless(option)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an option, which is one word, brings no code with it. */
  boolean isHarmless(String option) {
    if (option.startsWith("-D")) {
      return isHarmlessProperty(beforeEquals(option.substring(2)));
    }
    return HARMLESS.contains(option)
        || startsWithAny(option, HARMLESS_STARTS)
        || isHarmlessFlag(option)
        || isOwnAgent(option)
        || isOwnArchive(option);
  }

  private static boolean isHarmlessProperty(String name) {
    return HARMLESS_PROPERTIES.contains(name)
        || name.startsWith("nonroot.")
        || name.startsWith("nonroot-launcher.");
  }

  private static boolean isHarmlessFlag(String option) {
    if (!option.startsWith(FLAG)) {
      return false;
    }
    String flag = option.substring(FLAG.length());
    if (flag.startsWith("+") || flag.startsWith("-")) {
      return SWITCHES.contains(flag.substring(1));
    }
    int equals = flag.indexOf('=');
    String name = beforeEquals(flag);
    return equals >= 0
        && (HARMLESS_FLAGS.contains(name)
            || (NUMBERS.contains(name) && isNumber(flag.substring(equals + 1))));
  }

  /** As 75, 75.0 and 64m. */
  private static boolean isNumber(String text) {
    int end = text.length();
    if (end > 1 && "kKmMgGtT".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return false;
      }
    }
    return end > 0;
  }

  /** Whether it is an agent of nonroot's, this one or the one beside it. */
  private boolean isOwnAgent(String option) {
    boolean isJar = option.startsWith("-javaagent:");
    if (!isJar && !option.startsWith("-agentpath:")) {
      return false;
    }
    String file = program.realPath(beforeEquals(option.substring(option.indexOf(':') + 1)));
    return file != null
        && (file.equals(agent)
            || file.equals(installed(isJar ? "nonroot-agent.jar" : "lib/libnonroot.so")));
  }

  /**
   * An archive of classes is as good as code: only one in the agent's own directory is as good as
   * the agent.
   */
  private boolean isOwnArchive(String option) {
    if (!option.startsWith(ARCHIVE) || installation == null) {
      return false;
    }
    String file = program.realPath(option.substring(ARCHIVE.length()));
    return file != null && file.substring(0, file.lastIndexOf('/')).equals(installation);
  }

  /** The real path of a file of nonroot's, or null. */
  String installed(String name) {
    return installation == null ? null : program.realPath(installation + "/" + name);
  }

  private static String beforeEquals(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? text : text.substring(0, equals);
  }

  /** As the JVM does: at white space, but for what is between quotes, which are left out. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && (c == ' ' || (c >= '\t' && c <= '\r'))) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
        continue;
      }
      inWord = true;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean startsWithAny(String text, List<String> starts) {
    for (String start : starts) {
      if (text.startsWith(start)) {
        return true;
      }
    }
    return false;
  }
}
