package dev.nonroot.launch;

import dev.nonroot.account.Account;
import dev.nonroot.identity.Capability;
import dev.nonroot.identity.Credentials;
import dev.nonroot.ownership.FileCopy;
import dev.nonroot.ownership.NewDirectory;
import dev.nonroot.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the launcher's command runs as, and what else it gets.
 *
 * @param options what the launcher is told
 * @param caller who runs the launcher
 * @param account who to become, or null if the command runs as the caller
 * @param warning why the command runs as root although it should not, or null
 */
record LaunchPlan(LaunchOptions options, Credentials caller, Account account, String warning) {
  /** The command runs as the caller, who is not root. */
  static LaunchPlan asItIs(LaunchOptions options, Credentials caller) {
    return new LaunchPlan(options, caller, null, null);
  }

  /** Who the command runs as. */
  Account user() {
    return account != null
        ? account
        : new Account(
            (int) caller.uid().effective(),
            (int) caller.gid().effective(),
            caller.groups(),
            null,
            "/");
  }

  private String aboutGroup0() {
    if (account.groups().contains(0)) {
      return " (0 is root's group)";
    }
    return options.keepGroups() && caller.groups().contains(0)
        ? " (not the caller's group 0; --groups 0 gives it)"
        : "";
  }

  /** Says what would be done, in lines of one char per byte. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (account == null) {
      lines.add("user: as it is" + (warning == null ? ", which is not root" : ", which is root"));
    } else {
      String name = account.name() == null ? "" : " (" + account.name() + ")";
      lines.add("user: " + account.uid() + name);
      lines.add("group: " + account.gid() + (account.gid() == 0 ? " (root's group)" : ""));
      lines.add("supplementary groups: " + account.groups() + aboutGroup0());
      lines.add("home: " + account.home());
    }
    for (NewDirectory directory : options.directories()) {
      lines.add("mkdir: " + directory);
    }
    for (FileCopy copy : options.copies()) {
      lines.add("copy: " + copy);
    }
    if (account != null) {
      for (String path : options.own().paths()) {
        String once = options.own().once() ? " (once)" : "";
        lines.add("own: " + path + once + (options.own().bestEffort() ? " (best effort)" : ""));
      }
      if (options.capabilities() != 0 && !account.isRoot()) {
        lines.add("capabilities: " + Capability.names(options.capabilities()));
      }
    }
    lines.add("no_new_privs: " + (options.allowNewPrivs() ? "as it is" : "on"));
    for (ResourceLimit limit : options.limits()) {
      String hard = ResourceLimit.text(limit.hard());
      lines.add("limit: " + limit.name() + " " + ResourceLimit.text(limit.soft()) + ":" + hard);
    }
    if (options.umask() != LaunchOptions.UMASK_OF_CALLER) {
      lines.add("umask: 0" + Integer.toOctalString(options.umask()));
    }
    if (options.chdir() != null) {
      lines.add("directory: " + options.chdir());
    }
    StringBuilder command = new StringBuilder("command:");
    for (String argument : options.command()) {
      command.append(' ').append(Message.word(argument));
    }
    lines.add(command.toString());
    return lines;
  }
}
