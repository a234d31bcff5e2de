package dev.nonroot.ownership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a walk has left alone: for each reason how many, and the first of them by name. */
final class LeftAlone {
  enum Reason {
    LINKS,
    READ_ONLY,
    DEVICE,
    ODD_PATH,
    RESTLESS,
    TOO_DEEP,
    TOO_MANY_OPEN
  }

  private static final class Group {
    final String kind;
    final int errno;
    final String reason;
    final String first;
    int count = 1;

    Group(String kind, int errno, String reason, String first) {
      this.kind = kind;
      this.errno = errno;
      this.reason = reason;
      this.first = first;
    }
  }

  private final List<Group> groups = new ArrayList<>();

  /** Counts the entry that the directories are at. */
  void add(Reason reason, DirectoryStack directories) {
    String kind = reason.name();
    if (!counts(kind, 0)) {
      add(kind, 0, Messages.reason(reason), directories);
    }
  }

  /** Counts one more of a kind, if there is one already. */
  boolean counts(String kind, int errno) {
    for (Group group : groups) {
      if (group.errno == errno && group.kind.equals(kind)) {
        group.count++;
        return true;
      }
    }
    return false;
  }

  /**
   * Counts the first of a kind, which is the entry that the directories are at.
   *
   * @param kind what it has in common with those to come: for one, a call that fails
   * @param errno with what that fails, or 0
   * @param reason what to say of it
   * @param directories where it is
   */
  void add(String kind, int errno, String reason, DirectoryStack directories) {
    groups.add(new Group(kind, errno, reason, directories.path()));
  }

  /** Makes one warning for each reason, and forgets what there was. */
  void tell(int uid, Consumer<String> warnings) {
    for (Group group : groups) {
      warnings.accept(Messages.leftAlone(group.first, group.count, group.reason, uid));
    }
    groups.clear();
  }
}
