package dev.nonroot.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The note of every call of {@link FakeLibC}, and what shall go wrong with the next ones. Calls are
 * told apart by how their note starts, e.g. {@code setresuid(-1} or {@code prctl}.
 */
public final class Faults {
  private final List<String> calls = new ArrayList<>();
  private final Map<Integer, Integer> failingByNumber = new HashMap<>();
  private final Map<String, Integer> failingByStart = new HashMap<>();
  private final Map<String, Set<Integer>> lies = new HashMap<>();
  private final Map<String, Runnable> events = new HashMap<>();
  private final Set<Integer> withOwnFilter = new HashSet<>();
  private boolean knowsSpecAllow = true;
  private Predicate<String> failing = call -> false;
  private int failure;
  private Runnable always = () -> {};

  Faults() {}

  /**
   * @return the calls so far, with their arguments, but for errno
   */
  public List<String> calls() {
    return new ArrayList<>(calls);
  }

  /** Lets the n-th call, from 1, fail without effect. */
  public void failCall(int number, int error) {
    failingByNumber.put(number, error);
  }

  /** Lets every call that starts so fail without effect. */
  public void fail(String start, int error) {
    failingByStart.put(start, error);
  }

  /** Lets every call of which that is true fail without effect. */
  public void failIf(Predicate<String> which, int error) {
    failing = which;
    failure = error;
  }

  /** Lets every call that starts so pass a thread over, and still say that it succeeded. */
  public void lie(String start, int tid) {
    lies.computeIfAbsent(start, key -> new HashSet<>()).add(tid);
  }

  /** Lets something happen right before the first call that starts so. */
  public void before(String start, Runnable event) {
    events.put(start, event);
  }

  /** Lets something happen right before every call. */
  public void beforeEach(Runnable event) {
    always = event;
  }

  /** Makes this a kernel before 4.17, without SECCOMP_FILTER_FLAG_SPEC_ALLOW. */
  public void withoutSpecAllow() {
    knowsSpecAllow = false;
  }

  /** Gives a thread a seccomp filter of its own, so that no other can be spread to it. */
  public void giveOwnFilter(int tid) {
    withOwnFilter.add(tid);
  }

  /** Notes a call that cannot fail. */
  void note(String call) {
    calls.add(call);
  }

  /** Notes a call, and returns the error number that it has to fail with, or 0. */
  int errorOf(String call) {
    calls.add(call);
    always.run();
    for (String start : List.copyOf(events.keySet())) {
      if (call.startsWith(start)) {
        events.remove(start).run();
      }
    }
    for (Map.Entry<String, Integer> each : failingByStart.entrySet()) {
      if (call.startsWith(each.getKey())) {
        return each.getValue();
      }
    }
    if (failing.test(call)) {
      return failure;
    }
    return failingByNumber.getOrDefault(calls.size(), 0);
  }

  boolean passesOver(String call, FakeThread thread) {
    for (Map.Entry<String, Set<Integer>> each : lies.entrySet()) {
      if (call.startsWith(each.getKey()) && each.getValue().contains(thread.tid)) {
        return true;
      }
    }
    return false;
  }

  boolean specAllowIsKnown() {
    return knowsSpecAllow;
  }

  boolean hasOwnFilter(FakeThread thread) {
    return withOwnFilter.contains(thread.tid);
  }
}
