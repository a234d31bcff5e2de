package dev.nonroot.launch;

import dev.nonroot.ExitCode;
import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
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

  private final LibC libC;
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
  Exec(LibC libC, List<String> command, Environment environment) {
    this(
        libC,
        command.get(0),
        command.toArray(new String[0]),
        environment.toArray(),
        directories(command.get(0), environment));
  }

  private Exec(LibC libC, String name, String[] argv, String[] envp, List<String> directories) {
    this.libC = libC;
    this.posix = new Posix(libC);
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
   * @param reason what was found out about it, or null
   */
  record Failure(String file, int errno, String reason) {
    boolean isNotInPath() {
      return errno == 0;
    }

    /** The error's text, and what was found out. */
    String text() {
      return Errno.text(errno) + (reason == null ? "" : ": " + reason);
    }
  }

  /**
   * Does what {@link #run} does, for no file at all, which fails: whatever that loads or allocates
   * is there then when limits leave no room for more.
   */
  void rehearse() {
    new Exec(libC, "", argv, envp, null).run();
    new Exec(libC, "", argv, envp, List.of("")).run();
  }

  /** Returns only if the command cannot be executed. */
  LaunchException run() {
    Failure failure = execute();
    if (failure.isNotInPath()) {
      return new LaunchException(
          ExitCode.NOT_FOUND, Messages.notInPath(failure.file(), failure.reason()));
    }
    boolean missing = failure.errno() == Errno.ENOENT || failure.errno() == Errno.ENOTDIR;
    return new LaunchException(
        missing ? ExitCode.NOT_FOUND : ExitCode.CANNOT_INVOKE,
        Messages.cannotExecute(failure.file(), failure.text()));
  }

  /** Returns only if the command cannot be executed. */
  Failure execute() {
    if (directories == null) {
      return failure(name, posix.execve(name, argv, envp).errno());
    }
    String denied = null;
    String unsearchable = null;
    for (String directory : directories) {
      String file = fileIn(directory);
      PosixException failure = posix.execve(file, argv, envp);
      if (failure.errno() == Errno.EACCES) {
        // Of a directory that the user cannot search, as root's often are, nobody knows whether it
        // has the command: that does not make it one that cannot be executed.
        if (posix.exists(file)) {
          denied = denied == null ? file : denied;
        } else {
          unsearchable = unsearchable == null ? file : unsearchable;
        }
      } else if (failure.errno() == Errno.EAGAIN) { // said of any file, also of none
        return failure(name, Errno.EAGAIN);
      } else if (failure.errno() != Errno.ENOENT && failure.errno() != Errno.ENOTDIR) {
        return failure(file, failure.errno());
      }
    }
    if (denied != null) {
      return failure(denied, Errno.EACCES);
    }
    for (String directory : directories) {
      String file = fileIn(directory);
      if (posix.exists(file)) {
        return failure(file, Errno.ENOENT); // of what is to interpret it
      }
    }
    return new Failure(name, 0, unsearchable == null ? null : mayBeIn(unsearchable));
  }

  private Failure failure(String file, int errno) {
    return new Failure(file, errno, new ExecDiagnosis(libC).reason(file, errno));
  }

  private String mayBeIn(String file) {
    String directory = new ExecDiagnosis(libC).unsearchable(file);
    return directory == null
        ? null
        : Messages.mayBeIn(
            file.substring(0, file.lastIndexOf('/')), posix.effectiveUid(), directory);
  }

  private String fileIn(String directory) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }
}
