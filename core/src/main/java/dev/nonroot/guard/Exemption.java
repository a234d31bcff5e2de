package dev.nonroot.guard;

import dev.nonroot.ConfigurationException;
import dev.nonroot.config.AgentOptions;
import dev.nonroot.config.Settings;
import dev.nonroot.process.Proc;
import dev.nonroot.process.Program;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Words;
import java.util.List;

/**
 * Which JVMs are not checked. A tool of the JDK, and nonroot's launcher, are known by the file that
 * the process executes, and by the command line that the kernel has kept. What the JVM says of
 * itself, options and variables can set.
 */
final class Exemption {
  private static final String TOOLS = "jdk-tools";

  /**
   * The JDK's commands that an image is built and looked into with. Left out are those that serve a
   * network, or run a program as a matter of course, since an application could be behind them:
   * java itself, jrunscript, jwebserver, rmiregistry, jstatd, serialver, jconsole.
   */
  private static final List<String> COMMANDS =
      Words.split(
          "jar jarsigner javac javadoc javap jcmd jdb jdeprscan jdeps jfr jhsdb jimage "
              + "jinfo jlink jmap jmod jnativescan jpackage jps jshell jstack jstat keytool",
          ' ');

  /** What java does instead of running a program. */
  private static final List<String> INFORMATION =
      Words.split(
          "-version --version -fullversion --full-version -help --help -h -? -X "
              + "--help-extra --list-modules --validate-modules",
          ' ');

  /** Commands that read an @file themselves; for others java's own launcher may, -J… and all. */
  private static final List<String> READERS = Words.split("jar javac javadoc jdeps jpackage", ' ');

  /** Options of java whose value is the next word. */
  private static final List<String> WITH_VALUE =
      Words.split(
          "-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules "
              + "--limit-modules --add-exports --add-opens --add-reads --patch-module "
              + "--enable-native-access --describe-module -d --source",
          ' ');

  private static final String MODULE = "--module=";

  private static final String LAUNCHER = "nonroot-launcher.jar";

  /** In it jshell runs its snippets. */
  private static final String SNIPPETS = "jdk.jshell.execution.RemoteExecutionControl";

  private Exemption() {}

  static boolean covers(List<String> exempt, Jvm jvm, OperatingSystem os, Proc proc) {
    Program program = new Program(os, proc);
    List<String> words = program.words();
    if (words == null || words.isEmpty()) {
      return false;
    }
    return isNamed(exempt, jvm.main(), words)
        || (exempt.contains(TOOLS) && isTool(jvm, program, words));
  }

  /**
   * Whether a JVM whose configuration is wrong is a tool, for which the configuration is not. Only
   * where that surely says nothing else of exemptions: the policy file at its usual place, which
   * has to be right, and nothing else that might.
   */
  static boolean coversMisconfigured(Exception failure, Jvm jvm, OperatingSystem os, Proc proc) {
    Program program = new Program(os, proc);
    if (!(failure instanceof ConfigurationException)
        || decidesExemption(program.words())
        || decidesExemption(program.environment())) {
      return false;
    }
    try {
      Settings settings = Settings.resolve(os, true);
      return covers(AgentOptions.exempt(settings), jvm, os, proc);
    } catch (ConfigurationException e) {
      return false;
    }
  }

  /** Whether a key that decides is named there, as an option, a property or a variable. */
  private static boolean decidesExemption(List<String> strings) {
    if (strings == null) {
      return true;
    }
    for (String each : strings) {
      if (each.contains("exempt")
          || each.contains("NONROOT_EXEMPT")
          || each.contains("config=")
          || each.contains("NONROOT_CONFIG")) {
        return true;
      }
    }
    return false;
  }

  /** A name has to stand on the command line as well: there no variable can put it. */
  private static boolean isNamed(List<String> exempt, String main, List<String> words) {
    if (main == null) {
      return false;
    }
    String last = lastPart(main);
    boolean named =
        (exempt.contains(main) && !main.equals(TOOLS))
            || (exempt.contains(last) && !last.equals(TOOLS));
    return named && main.equals(mainOf(words));
  }

  /** What java is told to run: the first word that is no option, and no option's value. */
  private static String mainOf(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(MODULE)) {
        return word.substring(MODULE.length());
      }
      boolean isModule = word.equals("-m") || word.equals("--module");
      if (!isModule && !word.startsWith("-")) {
        return word;
      }
      if (isModule && i + 1 < words.size()) {
        return words.get(i + 1);
      }
      if (WITH_VALUE.contains(word)) {
        i++;
      }
    }
    return null;
  }

  /** A jar without its directory, a class without its module. */
  private static String lastPart(String main) {
    return main.substring(main.lastIndexOf('/') + 1);
  }

  private static boolean isTool(Jvm jvm, Program program, List<String> words) {
    String bin = bin(jvm, program);
    if (bin == null) {
      return false;
    }
    String command = lastPart(program.executable());
    boolean isJava = command.equals("java");
    boolean isServer = command.equals("jhsdb") && words.contains("debugd");
    if (isServer || (!isJava && !COMMANDS.contains(command))) {
      return false;
    }
    JvmOptions options = new JvmOptions(program, jvm);
    if (!options.areHarmlessInEnvironment(command)) {
      return false;
    }
    return isJava
        ? runsNoApplication(program, options, words) || runsSnippets(program, bin, words)
        : runsItself(command, options, words);
  }

  /** The directory of the executable, or null if it is not that of this JVM's own commands. */
  private static String bin(Jvm jvm, Program program) {
    String executable = program.executable();
    String home = program.realPath(jvm.home());
    if (executable == null || home == null) {
      return null;
    }
    String directory = executable.substring(0, executable.lastIndexOf('/'));
    // Java 8 has its java.home in a JDK's jre, and commands in both
    boolean isOwn =
        directory.equals(home + "/bin")
            || (home.endsWith("/jre")
                && directory.equals(home.substring(0, home.length() - 3) + "bin"));
    return isOwn && program.hasJvmOf(home) ? directory : null;
  }

  /** A command's -J… are the JVM's, where it can be told to run something else. */
  private static boolean runsItself(String command, JvmOptions options, List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("@") && !READERS.contains(command)) {
        return false;
      }
      if (word.startsWith("-J") && !options.isHarmless(word.substring(2))) {
        return false;
      }
    }
    return true;
  }

  private static boolean runsNoApplication(
      Program program, JvmOptions options, List<String> words) {
    int i = 1;
    while (i < words.size()
        && (INFORMATION.contains(words.get(i)) || options.isHarmless(words.get(i)))) {
      i++;
    }
    if (i == words.size()) {
      return true;
    }
    String launcher = options.installed(LAUNCHER);
    return launcher != null
        && words.get(i).equals("-jar")
        && i + 1 < words.size()
        && launcher.equals(program.realPath(words.get(i + 1)));
  }

  /** Whoever is in a jshell's child runs no more than what he can run in jshell. */
  private static boolean runsSnippets(Program program, String bin, List<String> words) {
    return words.size() > 2
        && words.get(words.size() - 2).equals(SNIPPETS)
        && (bin + "/jshell").equals(program.parentExecutable());
  }
}
