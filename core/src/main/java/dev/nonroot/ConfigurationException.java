package dev.nonroot;

/**
 * Something that nonroot was told is wrong; ends the process with {@link ExitCode#CONFIGURATION}.
 */
public class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line that says what is wrong, where it was said, and what is accepted
   */
  public ConfigurationException(String message) {
    super(message);
  }
}
