package dev.nonroot.agent.inner.instrument;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Makes the JVM tell what the application does. Nothing is transformed, and nothing that could is
 * loaded, unless somebody asks.
 */
public final class Instrumenter implements ClassFileTransformer {
  private static final String TRIGGER = "java.lang.NonrootTrigger";
  private static final int FIRST_WITH_AOT_CACHE = 24;

  private final Instrumentation instrumentation;
  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  /** Classes that have calls in them, by internal name. */
  private final Set<String> woven = ConcurrentHashMap.newKeySet();

  private MethodHandles.Lookup lookup;
  private Class<?> trigger;

  /**
   * What is woven where.
   *
   * @param failed is told why not
   */
  private record Watch(Weaver weaver, Consumer<String> failed) {
    boolean isOf(String internalName) {
      return weaver.hook().isIn(internalName);
    }
  }

  /**
   * @param instrumentation what the JVM gives to an agent
   */
  public Instrumenter(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /**
   * Has every successful bind of a socket told, before it returns.
   *
   * @param inJavaLang a lookup in package java.lang
   * @param listener gets the port that was asked for
   * @param failed is told why a class that is loaded later cannot be instrumented
   * @throws IOException if that is impossible
   */
  public void tellBinds(
      MethodHandles.Lookup inJavaLang, IntConsumer listener, Consumer<String> failed)
      throws IOException {
    tell(inJavaLang, "onBound", IntConsumer.class, listener, failed, Hook.BIND);
    requireWoven(Hook.BIND[0]);
  }

  /**
   * Has every process told that the JDK is about to start.
   *
   * @param inJavaLang a lookup in package java.lang
   * @param listener gets the command, and returns why it must not be started, or null
   * @param failed is told why the JDK's class cannot be instrumented again, after another agent
   * @throws IOException if that is impossible
   */
  public void tellSpawns(
      MethodHandles.Lookup inJavaLang, Function<String[], String> listener, Consumer<String> failed)
      throws IOException {
    tell(inJavaLang, "onSpawn", Function.class, listener, failed, Hook.SPAWN);
    requireWoven(Hook.SPAWN);
  }

  private void requireWoven(Hook hook) throws IOException {
    if (!woven.contains(hook.owner())) {
      throw new IOException(hook.owner() + " is not as it is known");
    }
  }

  /**
   * Has every end of a method told, before it returns.
   *
   * @param inJavaLang a lookup in package java.lang
   * @param className the binary name of its class, in any class loader
   * @param method its name, {@code <init>} for constructors
   * @param listener gets what it threw, or null if it returned
   * @param failed is told why a class that is loaded later cannot be instrumented
   * @throws IOException if that is impossible
   */
  public void tellEnd(
      MethodHandles.Lookup inJavaLang,
      String className,
      String method,
      Consumer<Throwable> listener,
      Consumer<String> failed)
      throws IOException {
    tell(inJavaLang, "onEnded", Consumer.class, listener, failed, Hook.methods(className, method));
  }

  private void tell(
      MethodHandles.Lookup inJavaLang,
      String field,
      Class<?> type,
      Object listener,
      Consumer<String> failed,
      Hook... hooks)
      throws IOException {
    try {
      if (trigger == null) {
        lookup = inJavaLang;
        trigger = BootClasses.define(lookup, TRIGGER);
        instrumentation.addTransformer(this, true);
      }
      set(field, type, listener);
      for (Hook hook : hooks) {
        woven.remove(hook.owner()); // with another hook's calls only
        watches.add(new Watch(new Weaver(hook), failed));
      }
      for (Hook hook : hooks) {
        instrumentLoaded(hook.owner());
        if (hook.shaded()) {
          instrumentPreloaded(hook);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) { // whatever it is, the application must not run
      throw new IOException(e.toString(), e);
    }
  }

  private void set(String field, Class<?> type, Object listener) throws Throwable {
    lookup
        .findStaticSetter(trigger, field, type)
        .asType(MethodType.methodType(void.class, Object.class))
        .invoke(listener);
  }

  /**
   * Before the application runs, a class can be in the JVM's own class loaders only, or in those of
   * other agents. Asking the JVM for all classes would find these as well, but Java 17 warns of
   * that with -Xcheck:jni.
   */
  private void instrumentLoaded(String internalName) throws Throwable {
    String name = internalName.replace('/', '.');
    MethodHandle findLoadedClass =
        lookup.findVirtual(
            ClassLoader.class, "findLoadedClass", MethodType.methodType(Class.class, String.class));
    Class<?> loaded = bootClass(name);
    for (ClassLoader loader = ClassLoader.getSystemClassLoader();
        loader != null && loaded == null;
        loader = loader.getParent()) {
      loaded = (Class<?>) findLoadedClass.invoke(loader, name);
    }
    if (loaded != null && !woven.contains(internalName)) {
      instrumentation.retransformClasses(loaded);
    }
  }

  /**
   * From Java 24 on, an AOT cache that was made with the agent has classes of the application that
   * are there before it, and of which only the end of the name is known.
   */
  private void instrumentPreloaded(Hook hook) throws Throwable {
    if (Runtime.version().feature() < FIRST_WITH_AOT_CACHE) {
      return;
    }
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      if (!loaded.isHidden() && hook.isIn(loaded.getName().replace('.', '/'))) {
        instrumentation.retransformClasses(loaded);
      }
    }
  }

  /** Loads it if it is one of the JDK's. */
  private static Class<?> bootClass(String name) {
    try {
      return Class.forName(name, false, null);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /**
   * Ends what {@link #tellBinds} and {@link #tellEnd} began: their listeners are told no more, and
   * classes that are loaded from now on stay as they are. A call that is in a class stays there,
   * and does nothing.
   */
  public void endTriggers() {
    watches.removeIf(watch -> !watch.weaver().hook().equals(Hook.SPAWN));
    if (watches.isEmpty()) {
      instrumentation.removeTransformer(this);
    }
    try {
      set("onBound", IntConsumer.class, null);
      set("onEnded", Consumer.class, null);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String internalName,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (internalName == null) {
      return null;
    }
    byte[] result = null;
    for (Watch watch : watches) {
      if (watch.isOf(internalName)) {
        try {
          byte[] better = watch.weaver().weave(result == null ? classFile : result);
          result = better == null ? result : better;
        } catch (Throwable e) { // which the JVM would ignore
          watch.failed().accept(internalName.replace('/', '.') + " cannot be instrumented: " + e);
        }
      }
    }
    if (result != null) {
      woven.add(internalName);
    }
    return result;
  }
}
