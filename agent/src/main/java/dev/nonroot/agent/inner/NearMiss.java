package dev.nonroot.agent.inner;

import dev.nonroot.text.Words;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Why a method has not returned: what it may have been mistaken for. */
final class NearMiss {
  private static final int MAX_NAMED = 5;

  private NearMiss() {}

  /**
   * Looks for what comes nearest.
   *
   * @param className the class that was named
   * @param method its method that was named
   * @param loaded all classes of the JVM
   * @return one message
   */
  static String of(String className, String method, Class<?>[] loaded) {
    String simpleName = simpleName(className);
    Set<String> namesakes = new TreeSet<>();
    for (Class<?> each : loaded) {
      if (each.getName().equals(className)) {
        return ofClass(each, method);
      }
      if (simpleName(each.getName()).equalsIgnoreCase(simpleName)) {
        namesakes.add(each.getName());
      }
    }
    return Messages.classNotLoaded(className, first(namesakes));
  }

  private static String ofClass(Class<?> type, String method) {
    Set<String> names = new TreeSet<>();
    try {
      for (Method each : type.getDeclaredMethods()) {
        if (each.getName().equals(method)) {
          int without = Modifier.ABSTRACT | Modifier.NATIVE;
          return (each.getModifiers() & without) == 0
              ? Messages.notReturned(type.getName(), method)
              : Messages.methodWithoutBody(type.getName(), method);
        }
        if (!each.isSynthetic()) {
          names.add(each.getName());
        }
      }
      for (Constructor<?> each : type.getDeclaredConstructors()) {
        if (method.equals("<init>")) {
          return Messages.notReturned(each.getName(), method);
        }
        names.add("<init>");
      }
      for (Class<?> above = type.getSuperclass(); above != null; above = above.getSuperclass()) {
        for (Method each : above.getDeclaredMethods()) {
          if (each.getName().equals(method)) {
            return Messages.methodInherited(type.getName(), method, above.getName());
          }
        }
      }
    } catch (Throwable e) { // of a class loader of the application's, which may do anything
      return Messages.methodsUnknown(type.getName(), e.getClass().getName());
    }
    return Messages.noSuchMethod(type.getName(), method, first(nearest(method, names)));
  }

  /** Sorted by how many changes make one from the other. */
  private static List<String> nearest(String method, Set<String> names) {
    TreeMap<Integer, List<String>> byDistance = new TreeMap<>();
    for (String name : names) {
      byDistance.computeIfAbsent(Words.distance(method, name), each -> new ArrayList<>()).add(name);
    }
    List<String> all = new ArrayList<>();
    byDistance.values().forEach(all::addAll);
    return all;
  }

  private static String first(Iterable<String> names) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (String name : names) {
      if (count == MAX_NAMED) {
        return text.append(", ...").toString();
      }
      text.append(count == 0 ? "" : ", ").append(name);
      count++;
    }
    return text.toString();
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
