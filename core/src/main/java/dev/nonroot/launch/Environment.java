package dev.nonroot.launch;

import java.util.ArrayList;
import java.util.List;

/**
 * An environment as execve(2) takes it. What is not set or removed here stays as it is, byte for
 * byte and in its order, also what is no {@code NAME=value}.
 */
public final class Environment {
  private final List<String> variables;

  /**
   * @param variables {@code NAME=value} each, one char per byte
   */
  public Environment(List<String> variables) {
    this.variables = new ArrayList<>(variables);
  }

  /**
   * @param environ {@code NAME=value} with a NUL behind each, as in {@code /proc/self/environ}
   * @return the environment
   */
  public static Environment of(String environ) {
    List<String> variables = new ArrayList<>();
    int start = 0;
    for (int end = environ.indexOf('\0'); end >= 0; end = environ.indexOf('\0', start)) {
      variables.add(environ.substring(start, end));
      start = end + 1;
    }
    if (start < environ.length()) {
      variables.add(environ.substring(start));
    }
    return new Environment(variables);
  }

  /**
   * @param name a variable's name
   * @return the value of the first variable of that name, as getenv(3) finds it, or null
   */
  public String get(String name) {
    for (String variable : variables) {
      if (isNamed(variable, name)) {
        return variable.substring(name.length() + 1);
      }
    }
    return null;
  }

  /**
   * Sets a variable, in the place of the first of that name.
   *
   * @param name its name
   * @param value its value
   */
  public void set(String name, String value) {
    int place = variables.size();
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (isNamed(variables.get(i), name)) {
        variables.remove(i);
        place = i;
      }
    }
    variables.add(Math.min(place, variables.size()), name + "=" + value);
  }

  /**
   * Removes every variable of a name.
   *
   * @param name the name
   */
  public void remove(String name) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (isNamed(variables.get(i), name)) {
        variables.remove(i);
      }
    }
  }

  private static boolean isNamed(String variable, String name) {
    return variable.length() > name.length()
        && variable.charAt(name.length()) == '='
        && variable.startsWith(name);
  }

  /**
   * @return {@code NAME=value} each
   */
  public String[] toArray() {
    return variables.toArray(new String[0]);
  }
}
