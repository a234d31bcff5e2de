package dev.nonroot.identity;

import java.util.Arrays;

/** An immutable set of supplementary group ids, in ascending order. */
public final class Groups {
  /** No group at all. */
  public static final Groups NONE = new Groups(new long[0]);

  private final long[] ids;

  private Groups(long[] ids) {
    this.ids = ids;
  }

  /**
   * @param ids group ids in any order, also repeated
   * @return the set of them
   */
  public static Groups of(long... ids) {
    long[] sorted = ids.clone();
    if (!isAscending(sorted)) { // the kernel's are, and sorting costs the start of a JVM
      Arrays.sort(sorted);
    }
    int size = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[size++] = sorted[i];
      }
    }
    return new Groups(Arrays.copyOf(sorted, size));
  }

  private static boolean isAscending(long[] ids) {
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] < ids[i - 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param others more groups
   * @return these and those
   */
  public Groups with(Groups others) {
    long[] all = Arrays.copyOf(ids, ids.length + others.ids.length);
    System.arraycopy(others.ids, 0, all, ids.length, others.ids.length);
    return of(all);
  }

  /**
   * @param id a group id
   * @return these groups but for that one
   */
  public Groups without(long id) {
    long[] rest = new long[ids.length];
    int size = 0;
    for (long each : ids) {
      if (each != id) {
        rest[size++] = each;
      }
    }
    return new Groups(Arrays.copyOf(rest, size));
  }

  /**
   * @param id a group id
   * @return whether it is among these
   */
  public boolean contains(long id) {
    return Arrays.binarySearch(ids, id) >= 0;
  }

  /**
   * @return how many there are
   */
  public int size() {
    return ids.length;
  }

  /**
   * @return the ids in ascending order
   */
  public long[] toArray() {
    return ids.clone();
  }

  /**
   * @return the ids as setgroups(2) takes them
   */
  public int[] toGidArray() {
    int[] gids = new int[ids.length];
    for (int i = 0; i < gids.length; i++) {
      gids[i] = (int) ids[i];
    }
    return gids;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Groups groups && Arrays.equals(ids, groups.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /**
   * @return the ids with commas between them, or {@code none}
   */
  @Override
  public String toString() {
    if (ids.length == 0) {
      return "none";
    }
    StringBuilder text = new StringBuilder();
    for (long id : ids) {
      text.append(text.length() == 0 ? "" : ",").append(id);
    }
    return text.toString();
  }
}
