package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.NameOrId;
import dev.nonroot.account.UserSpec;
import dev.nonroot.identity.Capability;
import dev.nonroot.ownership.FileCopy;
import dev.nonroot.ownership.NewDirectory;
import dev.nonroot.ownership.OwnRequest;
import dev.nonroot.stepdown.StepDown;
import dev.nonroot.text.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launcher is told, checked. Texts are of one char per byte.
 *
 * @param user who to become, or null if nobody is named
 * @param groups the supplementary groups in place of the resolved ones, or null for those
 * @param keepGroups whether the caller's supplementary groups, but for 0, are kept as well
 * @param capabilities the capabilities to keep, as a set, 0 for none
 * @param directories the directories to make for the user first
 * @param copies the files to copy for the user then
 * @param own what to give to the user then
 * @param limits the resource limits to set
 * @param umask the file mode creation mask to set, or {@link #UMASK_OF_CALLER}
 * @param chdir the directory to change to, or null
 * @param allowNewPrivs whether no_new_privs is left as it is
 * @param strict whether it is an error to be somebody else who is not root
 * @param warnOnly whether the command runs as it is where stepping down is impossible
 * @param allowRoot whether the target may be root
 * @param dryRun whether to print what would be done, and to do nothing
 * @param command the command and its arguments
 */
public record LaunchOptions(
    UserSpec user,
    List<NameOrId> groups,
    boolean keepGroups,
    long capabilities,
    List<NewDirectory> directories,
    List<FileCopy> copies,
    OwnRequest own,
    List<ResourceLimit> limits,
    int umask,
    String chdir,
    boolean allowNewPrivs,
    boolean strict,
    boolean warnOnly,
    boolean allowRoot,
    boolean dryRun,
    List<String> command) {
  /** Leaves the umask as it is. */
  public static final int UMASK_OF_CALLER = -1;

  /** The environment variable that allows root as a target, by its value 1. */
  public static final String ALLOW_ROOT = "NONROOT_ALLOW_ROOT";

  private static final int MAX_UMASK = 0777;

  /**
   * @return what a step-down is to keep
   */
  StepDown.Kept kept() {
    return new StepDown.Kept(capabilities, false);
  }

  /**
   * @param environment the caller's environment
   * @return whether it allows root as a target
   */
  static boolean allowsRoot(Environment environment) {
    return "1".equals(environment.get(ALLOW_ROOT));
  }

  /**
   * Reads the value of {@code --umask}.
   *
   * @param text one to four octal digits
   * @return the mask
   * @throws ConfigurationException if it is none
   */
  public static int umask(String text) throws ConfigurationException {
    int mask = octal(text);
    if (mask < 0 || mask > MAX_UMASK) {
      throw new ConfigurationException(Messages.badOption("--umask", text, "octal, 0 to 0777"));
    }
    return mask;
  }

  /** The number that one to four octal digits are, or -1. */
  private static int octal(String text) {
    int number = 0;
    boolean valid = !text.isEmpty() && text.length() <= 4;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      valid &= digit >= 0 && digit <= 7;
      number = number << 3 | (digit & 7);
    }
    return valid ? number : -1;
  }

  /** Whether files are made, copied or given. */
  boolean changesFiles() {
    return !directories.isEmpty() || !copies.isEmpty() || !own.paths().isEmpty();
  }

  /**
   * Reads the value of {@code --copy}.
   *
   * @param text two paths with a colon between them; a second one is part of the latter
   * @return the copy
   * @throws ConfigurationException if there are not two, or the latter is a directory's
   */
  public static FileCopy copy(String text) throws ConfigurationException {
    int colon = text.indexOf(':');
    if (colon <= 0 || colon == text.length() - 1 || text.endsWith("/")) {
      throw new ConfigurationException(
          Messages.badOption("--copy", text, "SRC:DST, a file and the path of its copy"));
    }
    return new FileCopy(text.substring(0, colon), text.substring(colon + 1));
  }

  /**
   * Reads the value of {@code --mkdir}.
   *
   * @param text a path, with a colon and a mode of three or four octal digits behind it or without
   * @return the directory
   * @throws ConfigurationException if there is no path
   */
  public static NewDirectory directory(String text) throws ConfigurationException {
    int colon = text.lastIndexOf(':');
    boolean mayHaveMode = colon >= 0 && text.length() - colon > 3;
    int mode = mayHaveMode ? octal(text.substring(colon + 1)) : -1;
    String path = mode < 0 ? text : text.substring(0, colon);
    if (path.isEmpty()) {
      throw new ConfigurationException(
          Messages.badOption(
              "--mkdir", text, "a directory, or directory:MODE with three or four octal digits"));
    }
    return new NewDirectory(path, mode < 0 ? NewDirectory.PRIVATE : mode);
  }

  /**
   * Reads the value of {@code --groups}.
   *
   * @param text names or numbers with commas between them; empty for none
   * @return the groups
   * @throws ConfigurationException if a part is empty, or a number out of range
   */
  public static List<NameOrId> groups(String text) throws ConfigurationException {
    List<NameOrId> groups = new ArrayList<>();
    if (!text.isEmpty()) {
      for (String part : Words.split(text, ',')) {
        if (part.isEmpty()) {
          throw new ConfigurationException(
              Messages.badOption(
                  "--groups", text, "names or numbers with one comma between them, '' for none"));
        }
        groups.add(NameOrId.parse(part));
      }
    }
    return groups;
  }

  /**
   * Reads the value of {@code --cap}.
   *
   * @param text names of capabilities with commas between them; empty for none
   * @return the capabilities as a set
   * @throws ConfigurationException if a name is unknown, or is of one that could get root back
   */
  public static long capabilities(String text) throws ConfigurationException {
    long set = 0;
    if (!text.isEmpty()) {
      for (String name : Words.split(text, ',')) {
        int capability = Capability.number(name);
        if (capability < 0) {
          throw new ConfigurationException(
              Messages.badOption(
                  "--cap",
                  text,
                  "names of capabilities(7) with one comma between them, e.g. NET_BIND_SERVICE"));
        }
        if (capability == Capability.SETUID || capability == Capability.SETGID) {
          throw new ConfigurationException(
              Messages.badOption(
                  "--cap", text, "any but SETUID and SETGID, which could get root back"));
        }
        set |= Capability.mask(capability);
      }
    }
    return set;
  }
}
