package dev.nonroot.fake;

import java.util.List;

/** Thrown where execve(2) would not return: the process is another program now. */
public final class Executed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> argv;
  private final transient List<String> envp;

  Executed(String path, List<String> argv, List<String> envp) {
    super(path);
    this.argv = argv;
    this.envp = envp;
  }

  /**
   * @return the program's arguments
   */
  public List<String> argv() {
    return argv;
  }

  /**
   * @return the program's environment
   */
  public List<String> envp() {
    return envp;
  }
}
