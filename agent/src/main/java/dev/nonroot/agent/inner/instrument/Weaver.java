package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Puts the calls of a hook into a class file, by the ASM that Byte Buddy brings. Byte Buddy's own
 * advice would do the same, and load 700 classes for it; see docs/decisions.
 */
final class Weaver {
  private final Hook hook;

  Weaver(Hook hook) {
    this.hook = hook;
  }

  Hook hook() {
    return hook;
  }

  /** Returns the class with the calls in it, or null if it has no such method with a body. */
  byte[] weave(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Methods methods = new Methods(writer);
    reader.accept(methods, 0);
    return methods.found ? writer.toByteArray() : null;
  }

  private final class Methods extends ClassVisitor {
    private static final int MAJOR = 0xffff;

    private boolean found;
    private boolean hasFrames;

    Methods(ClassWriter writer) {
      super(Opcodes.ASM9, writer);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        String signature,
        String superName,
        String[] interfaces) {
      hasFrames = (version & MAJOR) >= Opcodes.V1_6;
      super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean hasBody = (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0;
      if (!hasBody || !hook.isOf(name, descriptor)) {
        return visitor;
      }
      found = true;
      return hook.place() == Hook.Place.END
          ? new ExitReporter(visitor, hook, hasFrames)
          : new ArgumentReporter(visitor, hook, access, descriptor);
    }
  }
}
