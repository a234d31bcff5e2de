package dev.nonroot.ownership;

import dev.nonroot.account.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a walk has left alone: for each reason how many, and the first of them by name. */
final class LeftAlone {
  enum Reason {
    LINKS,
    RESTLESS_TREE,
    MOUNTS_UNKNOWN,
    READ_ONLY,
    OTHER_FILE_SYSTEM,
    NOT_TAKEN,
    DEVICE,
    ODD_PATH,
    RESTLESS,
    TOO_DEEP,
    TOO_MANY_OPEN
  }

  private static final class Group {
    final String top;
    final Reason reason;
    final String call;
    final int errno;
    final String text;
    final String first;
    int count = 1;

    Group(DirectoryStack directories, Reason reason, String call, int errno, String text) {
      this.top = directories.top();
      this.reason = reason;
      this.call = call;
      this.errno = errno;
      this.text = text;
      this.first = directories.path();
    }
  }

  private final List<Group> groups = new ArrayList<>();

  /** Counts the entry that the directories are at. */
  void add(Reason reason, DirectoryStack directories) {
    if (!counts(directories, reason, "", 0)) {
      groups.add(new Group(directories, reason, "", 0, Messages.reason(reason)));
    }
  }

  /** Counts one more for which a call has failed so, if there is one already. */
  boolean counts(String call, int errno, DirectoryStack directories) {
    return counts(directories, null, call, errno);
  }

  /** Counts the first for which a call has failed so: the entry that the directories are at. */
  void add(String call, int errno, String text, DirectoryStack directories) {
    groups.add(new Group(directories, null, call, errno, text));
  }

  private boolean counts(DirectoryStack directories, Reason reason, String call, int errno) {
    for (Group group : groups) {
      if (group.reason == reason
          && group.errno == errno
          && group.call.equals(call)
          && group.top.equals(directories.top())) {
        group.count++;
        return true;
      }
    }
    return false;
  }

  /** Makes one warning for each reason, and forgets what there was. */
  void tell(Account user, Consumer<String> warnings) {
    for (Group group : groups) {
      warnings.accept(Messages.leftAlone(group.first, group.count, group.reason, group.text, user));
    }
    groups.clear();
  }
}
