package dev.nonroot.agent.inner.instrument;

import java.io.IOException;
import java.io.InputStream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/** Byte Buddy's part: inlines advice into a class file. */
final class Weaver {
  private final Hook hook;
  private final Advice advice;

  /** Reads the advice, which is never loaded as a class. */
  Weaver(Hook hook) throws IOException {
    this.hook = hook;
    String name = Weaver.class.getPackageName() + '.' + hook.advice();
    ClassFileLocator locator = ClassFileLocator.ForClassLoader.of(Weaver.class.getClassLoader());
    advice = Advice.to(TypePool.Default.of(locator).describe(name).resolve(), locator);
  }

  Hook hook() {
    return hook;
  }

  /** The file of a class that is packed in the agent's jar. */
  static byte[] classFile(String name) throws IOException {
    String path = name.replace('.', '/') + ".class";
    try (InputStream in = Weaver.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("the agent's jar has no " + path);
      }
      return in.readAllBytes();
    }
  }

  /** Returns the class with the advice in it, or null if it has no such method with a body. */
  byte[] weave(String internalName, ClassLoader loader, byte[] classFile) {
    String name = internalName.replace('/', '.');
    ClassFileLocator locator =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(name, classFile),
            ClassFileLocator.ForClassLoader.of(loader));
    TypeDescription type = TypePool.Default.of(locator).describe(name).resolve();
    ElementMatcher<MethodDescription> methods = this::fits;
    if (type.getDeclaredMethods().filter(methods).isEmpty()) {
      return null;
    }
    DynamicType.Builder<?> builder =
        new ByteBuddy()
            .with(TypeValidation.DISABLED) // what the JVM has loaded is valid enough
            .decorate(type, locator)
            .visit(advice.on(methods));
    if (hook.isOfConstructor()) {
      builder =
          builder.visit(
              new AsmVisitorWrapper.ForDeclaredMethods()
                  .constructor(methods, new ConstructorHandler()));
    }
    return builder.make().getBytes();
  }

  private boolean fits(MethodDescription method) {
    return method.getInternalName().equals(hook.method())
        && (hook.descriptor() == null || method.getDescriptor().equals(hook.descriptor()))
        && !method.isAbstract()
        && !method.isNative();
  }
}
