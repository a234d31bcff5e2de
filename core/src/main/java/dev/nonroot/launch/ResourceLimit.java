package dev.nonroot.launch;

import dev.nonroot.ConfigurationException;
import dev.nonroot.text.Words;
import java.util.List;

/**
 * A resource limit to set; see setrlimit(2).
 *
 * @param name its name in lower case, as prlimit(1) and docker run --ulimit have it
 * @param resource its number
 * @param soft the soft limit, {@link #UNLIMITED} for none
 * @param hard the hard limit, {@link #UNLIMITED} for none
 */
public record ResourceLimit(String name, int resource, long soft, long hard) {
  /** RLIM_INFINITY. */
  public static final long UNLIMITED = -1;

  /** In the order of their numbers, which are the same on x86_64 and aarch64. */
  private static final String[] NAMES = {
    "cpu",
    "fsize",
    "data",
    "stack",
    "core",
    "rss",
    "nproc",
    "nofile",
    "memlock",
    "as",
    "locks",
    "sigpending",
    "msgqueue",
    "nice",
    "rtprio",
    "rttime"
  };

  private static final int DATA = 2;
  private static final int NPROC = 6;
  private static final int AS = 9;

  /**
   * Reads the value of {@code --rlimit}.
   *
   * @param text {@code NAME=SOFT} or {@code NAME=SOFT:HARD}; a limit is a number in the unit of
   *     setrlimit(2), or {@code unlimited}; with one limit it is the soft and the hard one
   * @return the limit
   * @throws ConfigurationException if the text is none
   */
  public static ResourceLimit parse(String text) throws ConfigurationException {
    int equals = text.indexOf('=');
    int resource = equals < 0 ? -1 : number(text.substring(0, equals));
    if (resource < 0) {
      StringBuilder all = new StringBuilder();
      for (String name : NAMES) {
        all.append(all.length() == 0 ? "" : ", ").append(name);
      }
      throw bad(text, "NAME=SOFT or NAME=SOFT:HARD, where NAME is one of " + all);
    }
    List<String> limits = Words.split(text.substring(equals + 1), ':');
    long soft = limit(limits.get(0), text);
    long hard = limits.size() == 1 ? soft : limit(limits.get(1), text);
    if (limits.size() > 2 || Long.compareUnsigned(soft, hard) > 0) {
      throw bad(text, "SOFT or SOFT:HARD, where SOFT is not above HARD");
    }
    return new ResourceLimit(NAMES[resource], resource, soft, hard);
  }

  /** Tells whether a process above one of them gets no more memory, or no more threads. */
  static boolean mayStarveThreads(List<ResourceLimit> limits) {
    for (ResourceLimit limit : limits) {
      if (limit.resource == DATA || limit.resource == AS || limit.resource == NPROC) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param limit a soft or hard limit
   * @return it as {@link #parse} takes it
   */
  static String text(long limit) {
    return limit == UNLIMITED ? "unlimited" : Long.toString(limit);
  }

  private static int number(String name) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static long limit(String text, String all) throws ConfigurationException {
    if (text.equals("unlimited")) {
      return UNLIMITED;
    }
    long limit = 0;
    boolean valid = !text.isEmpty() && text.length() <= 18; // no overflow
    for (int i = 0; i < text.length() && valid; i++) {
      int digit = text.charAt(i) - '0';
      valid = digit >= 0 && digit <= 9;
      limit = limit * 10 + digit;
    }
    if (!valid) {
      throw bad(all, "limits that are numbers of at most 18 digits, or unlimited");
    }
    return limit;
  }

  private static ConfigurationException bad(String text, String accepted) {
    return new ConfigurationException(Messages.badOption("--rlimit", text, accepted));
  }
}
