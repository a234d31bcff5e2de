package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** Adds the call that reports one of a method's arguments, at its start or when it returns. */
final class ArgumentReporter extends MethodVisitor {
  static final String TRIGGER = "java/lang/NonrootTrigger";

  private final Hook hook;

  /** The local variable that the argument is in. */
  private final int variable;

  ArgumentReporter(MethodVisitor visitor, Hook hook, int access, String descriptor) {
    super(Opcodes.ASM9, visitor);
    this.hook = hook;
    int before = (access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
    Type[] arguments = Type.getArgumentTypes(descriptor);
    for (int i = 0; i < hook.argument(); i++) {
      before += arguments[i].getSize();
    }
    this.variable = before;
  }

  static boolean isReturn(int opcode) {
    return opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
  }

  private void tell() {
    Type type = Type.getArgumentTypes(hook.toldDescriptor())[0];
    super.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
    super.visitMethodInsn(Opcodes.INVOKESTATIC, TRIGGER, hook.told(), hook.toldDescriptor(), false);
  }

  @Override
  public void visitCode() {
    super.visitCode();
    if (hook.place() == Hook.Place.START) {
      tell();
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (hook.place() == Hook.Place.RETURN && isReturn(opcode)) {
      tell();
    }
    super.visitInsn(opcode);
  }

  @Override
  public void visitVarInsn(int opcode, int changed) {
    if (opcode >= Opcodes.ISTORE && opcode <= Opcodes.ASTORE) {
      isNotTold(changed);
    }
    super.visitVarInsn(opcode, changed);
  }

  @Override
  public void visitIincInsn(int changed, int by) {
    isNotTold(changed);
    super.visitIincInsn(changed, by);
  }

  private void isNotTold(int changed) {
    if (changed == variable && hook.place() == Hook.Place.RETURN) {
      throw new IllegalStateException(hook.method() + " changes its argument");
    }
  }
}
