package dev.nonroot.account;

import dev.nonroot.ConfigurationException;

/**
 * Who to become, as it was written: {@code user[:group]}, each a name or a decimal number. It is
 * resolved by {@link Accounts}.
 *
 * @param user the user
 * @param group the group, or null if none was given
 */
public record UserSpec(NameOrId user, NameOrId group) {
  /**
   * @param text the user-spec, one char per byte; {@code user:} means {@code user}
   * @return what it says
   * @throws ConfigurationException if the user is empty, if there is a third field, or if a number
   *     is out of range
   */
  public static UserSpec parse(String text) throws ConfigurationException {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    if (user.isEmpty() || group.indexOf(':') >= 0) {
      throw new ConfigurationException(Messages.malformedUserSpec(text));
    }
    return new UserSpec(NameOrId.parse(user), group.isEmpty() ? null : NameOrId.parse(group));
  }
}
