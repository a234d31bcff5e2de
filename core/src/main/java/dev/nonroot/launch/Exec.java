package dev.nonroot.launch;

import dev.nonroot.ExitCode;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixException;
import dev.nonroot.text.Words;
import java.util.List;

/**
 * Finds a command in PATH and executes it, as execvp(3) does, but for one thing: what the kernel
 * cannot execute is not handed to a shell.
 */
final class Exec {
  /** Where execvp(3) looks without PATH. */
  private static final String STANDARD_PATH = "/bin:/usr/bin";

  private final Posix posix;
  private final String name;
  private final String[] argv;
  private final String[] envp;

  /** Where the command may be, in the order to try, or null if its name leads to it. */
  private final List<String> directories;

  /**
   * @param command the command with its arguments
   * @param environment what the command gets, and where PATH is looked up, as it is now
   */
  Exec(Posix posix, List<String> command, Environment environment) {
    this(
        posix,
        command.get(0),
        command.toArray(new String[0]),
        environment.toArray(),
        directories(command.get(0), environment));
  }

  private Exec(Posix posix, String name, String[] argv, String[] envp, List<String> directories) {
    this.posix = posix;
    this.name = name;
    this.argv = argv;
    this.envp = envp;
    this.directories = directories;
  }

  private static List<String> directories(String name, Environment environment) {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      return null;
    }
    String path = environment.get("PATH");
    return Words.split(path == null ? STANDARD_PATH : path, ':');
  }

  /**
   * Why a command cannot be executed.
   *
   * @param file what was tried last, or the command's name
   * @param errno the error of that, or 0 if PATH does not lead to a command of that name
   */
  record Failure(String file, int errno) {
    boolean isNotInPath() {
      return errno == 0;
    }
  }

  /**
   * Does what {@link #run} does, for no file at all, which fails: whatever that loads or allocates
   * is there then when limits leave no room for more.
   */
  void rehearse() {
    new Exec(posix, "", argv, envp, null).run();
    new Exec(posix, "", argv, envp, List.of("")).run();
  }

  /** Returns only if the command cannot be executed. */
  LaunchException run() {
    Failure failure = execute();
    if (failure.isNotInPath()) {
      return new LaunchException(ExitCode.NOT_FOUND, Messages.notInPath(failure.file()));
    }
    if (failure.errno() == Errno.ENOENT && posix.exists(failure.file())) {
      return new LaunchException(
          ExitCode.NOT_FOUND, Messages.noInterpreter(failure.file(), Errno.text(failure.errno())));
    }
    boolean missing = failure.errno() == Errno.ENOENT || failure.errno() == Errno.ENOTDIR;
    return new LaunchException(
        missing ? ExitCode.NOT_FOUND : ExitCode.CANNOT_INVOKE,
        Messages.cannotExecute(failure.file(), Errno.text(failure.errno())));
  }

  /** Returns only if the command cannot be executed. */
  Failure execute() {
    if (directories == null) {
      return new Failure(name, posix.execve(name, argv, envp).errno());
    }
    boolean denied = false;
    for (String directory : directories) {
      String file = fileIn(directory);
      PosixException failure = posix.execve(file, argv, envp);
      if (failure.errno() == Errno.EACCES) {
        // Of a directory that the user cannot search, as root's often are, nobody knows whether it
        // has the command: that does not make it one that cannot be executed.
        denied |= posix.exists(file);
      } else if (failure.errno() != Errno.ENOENT && failure.errno() != Errno.ENOTDIR) {
        return new Failure(file, failure.errno());
      }
    }
    for (String directory : directories) {
      String file = fileIn(directory);
      if (!denied && posix.exists(file)) {
        return new Failure(file, Errno.ENOENT); // of what is to interpret it
      }
    }
    return new Failure(name, denied ? Errno.EACCES : 0);
  }

  private String fileIn(String directory) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }
}
