package dev.nonroot.ownership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a walk has left alone: for each reason how many, and the first of them by name. */
final class LeftAlone {
  enum Reason {
    LINKS,
    DEVICE,
    ODD_PATH,
    RESTLESS,
    TOO_DEEP,
    TOO_MANY_OPEN
  }

  private static final class Group {
    final Reason reason;
    final String first;
    int count = 1;

    Group(Reason reason, String first) {
      this.reason = reason;
      this.first = first;
    }
  }

  private final List<Group> groups = new ArrayList<>();

  /** Counts the entry that the directories are at. */
  void add(Reason reason, DirectoryStack directories) {
    for (Group group : groups) {
      if (group.reason == reason) {
        group.count++;
        return;
      }
    }
    groups.add(new Group(reason, directories.path()));
  }

  /** Makes one warning for each reason, and forgets what there was. */
  void tell(int uid, Consumer<String> warnings) {
    for (Group group : groups) {
      warnings.accept(Messages.leftAlone(group.first, group.count, group.reason, uid));
    }
    groups.clear();
  }
}
