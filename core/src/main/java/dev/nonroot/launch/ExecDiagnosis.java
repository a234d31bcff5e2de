package dev.nonroot.launch;

import dev.nonroot.posix.Errno;
import dev.nonroot.posix.LibC;
import dev.nonroot.posix.Posix;
import dev.nonroot.posix.PosixCapabilities;

/**
 * Finds out, once a command could not be executed, what the kernel says in one word. It asks as the
 * user who the command would have been.
 */
final class ExecDiagnosis {
  private static final int EXECUTE_BITS = 0111;

  private final Posix posix;
  private final PosixCapabilities capabilities;

  ExecDiagnosis(LibC libC) {
    this.posix = new Posix(libC);
    this.capabilities = new PosixCapabilities(libC);
  }

  /**
   * Explains why a file could not be executed.
   *
   * @param file what execve(2) was given
   * @param errno what it said
   * @return the reason, or null if the error's own text says all that is known
   */
  String reason(String file, int errno) {
    return switch (errno) {
      case Errno.ENOENT -> posix.exists(file) ? Messages.NO_INTERPRETER : null;
      case Errno.EACCES -> denied(file);
      case Errno.EPERM -> notPermitted(file);
      case Errno.EAGAIN -> Messages.tooManyProcesses(posix.effectiveUid());
      default -> null;
    };
  }

  private String notPermitted(String file) {
    long ofFile = capabilities.ofFile(file);
    return ofFile == 0 ? null : Messages.fileCapabilities(ofFile);
  }

  private String denied(String file) {
    String directory = unsearchable(file);
    if (directory != null) {
      return Messages.notSearchable(posix.effectiveUid(), directory);
    }
    if (posix.isDirectory(file)) {
      return Messages.IS_DIRECTORY;
    }
    if (posix.mayExecute(file)) {
      return Messages.INTERPRETER_DENIED;
    }
    int mode = posix.mode(file);
    if (mode < 0) {
      return null;
    }
    return switch (mode & EXECUTE_BITS) {
      case 0 -> Messages.NOT_EXECUTABLE;
      case EXECUTE_BITS -> Messages.MOUNTED_NOEXEC;
      default -> Messages.notExecutableBy(posix.effectiveUid(), mode);
    };
  }

  /**
   * Finds the directory that keeps the user from a file.
   *
   * @param file a path
   * @return the first directory on the way there that the user may not search, or null
   */
  String unsearchable(String file) {
    for (int end = file.indexOf('/', 1); end > 0; end = file.indexOf('/', end + 1)) {
      String directory = file.substring(0, end);
      if (posix.isDeniedToLookAt(directory + "/.")) {
        return directory;
      }
    }
    return null;
  }
}
