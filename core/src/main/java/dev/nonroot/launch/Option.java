package dev.nonroot.launch;

/** The launcher's options: what the parser accepts, and the help lists. */
enum Option {
  USER("--user", "SPEC", "user to run as: user[:group], names or numbers"),
  GROUPS("--groups", "G[,G...]", "supplementary groups in place of the user's; '' for none"),
  KEEP_GROUPS(
      "--keep-groups", null, "the caller's supplementary groups as well, 0 only by --groups 0"),
  CAP("--cap", "NAME[,NAME...]", "capabilities to keep, e.g. NET_BIND_SERVICE"),
  MKDIR(
      "--mkdir", "PATH[:MODE]", "make directory PATH, the user's, if it is not there; repeatable"),
  COPY("--copy", "SRC:DST", "copy file SRC to DST, the user's, mode 0400; repeatable"),
  OWN("--own", "PATH", "give PATH and what is below it to the user first; repeatable"),
  OWN_ONCE("--own-once", null, "a PATH that is the user's and group's itself is taken for done"),
  OWN_BEST_EFFORT("--own-best-effort", null, "what cannot be given is warned about, not fatal"),
  UMASK("--umask", "OCTAL", "file mode creation mask"),
  CHDIR("--chdir", "DIR", "directory to run COMMAND in"),
  RLIMIT("--rlimit", "NAME=SOFT[:HARD]", "resource limit, e.g. nofile=1024:4096; repeatable"),
  ALLOW_NEW_PRIVS("--allow-new-privs", null, "leave no_new_privs off"),
  STRICT("--strict", null, "already non-root, but not as SPEC: an error, not going on"),
  WARN_ONLY("--warn-only", null, "stepping down is impossible: warn, and run COMMAND as it is"),
  DRY_RUN("--dry-run", null, "print what would be done, run nothing"),
  HELP("--help", null, "print this help"),
  VERSION("--version", null, "print the version");

  private final String text;
  private final String label;
  private final String description;

  Option(String text, String label, String description) {
    this.text = text;
    this.label = label;
    this.description = description;
  }

  /** The option of a long name with its dashes, or null. */
  static Option of(String text) {
    for (Option option : values()) {
      if (option.text.equals(text)) {
        return option;
      }
    }
    return null;
  }

  /** The option of a letter, or null. */
  static Option of(char letter) {
    for (Option option : values()) {
      if (option.letter() == letter) {
        return option;
      }
    }
    return null;
  }

  /** The letter that is short for this option, or 0. */
  char letter() {
    return switch (this) {
      case USER -> 'u';
      case HELP -> 'h';
      case VERSION -> 'V';
      default -> 0;
    };
  }

  /** What stands for its value, or null for an option without one. */
  String label() {
    return label;
  }

  boolean isRepeatable() {
    return label == null || this == MKDIR || this == COPY || this == OWN || this == RLIMIT;
  }

  String description() {
    return description;
  }

  /** The long name. */
  @Override
  public String toString() {
    return text;
  }
}
