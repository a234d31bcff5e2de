package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Adds the call that reports that a method returns or throws. In a constructor no handler may stand
 * around the call of the other constructor, {@code super(…)} or {@code this(…)}: it is put around
 * everything behind that call.
 */
final class ExitReporter extends MethodVisitor {
  private final Hook hook;
  private final boolean hasFrames;
  private final Label start = new Label();
  private boolean started;

  /** Objects that are made, and not initialized yet. */
  private int made;

  ExitReporter(MethodVisitor visitor, Hook hook, boolean hasFrames) {
    super(Opcodes.ASM9, visitor);
    this.hook = hook;
    this.hasFrames = hasFrames;
  }

  private void start() {
    started = true;
    super.visitLabel(start);
  }

  private void tell() {
    super.visitMethodInsn(
        Opcodes.INVOKESTATIC, ArgumentReporter.TRIGGER, hook.told(), hook.toldDescriptor(), false);
  }

  @Override
  public void visitCode() {
    super.visitCode();
    if (!hook.isOfConstructor()) {
      start();
    }
  }

  @Override
  public void visitTypeInsn(int opcode, String type) {
    super.visitTypeInsn(opcode, type);
    if (opcode == Opcodes.NEW) {
      made++;
    }
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean ofInterface) {
    super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
    if (opcode != Opcodes.INVOKESPECIAL || !name.equals(Hook.CONSTRUCTOR) || started) {
      return;
    }
    if (made > 0) {
      made--;
    } else {
      start();
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (ArgumentReporter.isReturn(opcode)) {
      super.visitInsn(Opcodes.ACONST_NULL);
      tell();
    }
    super.visitInsn(opcode);
  }

  @Override
  public void visitMaxs(int stack, int locals) {
    if (started) {
      Label end = new Label();
      super.visitLabel(end);
      if (hasFrames) { // of the local variables none is needed any more
        super.visitFrame(Opcodes.F_FULL, 0, new Object[0], 1, new Object[] {"java/lang/Throwable"});
      }
      super.visitInsn(Opcodes.DUP);
      tell();
      super.visitInsn(Opcodes.ATHROW);
      super.visitTryCatchBlock(start, end, end, null); // as the last one, behind the method's own
    }
    super.visitMaxs(stack, locals);
  }
}
