package dev.nonroot.agent.inner.instrument;

import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.pool.TypePool;

/**
 * Has it told when a constructor throws, which advice cannot do: no handler may stand around the
 * call of the other constructor, {@code super(…)} or {@code this(…)}. It is put around all that
 * comes behind that call.
 */
final class ConstructorHandler
    implements AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper {
  private static final String CONSTRUCTOR = "<init>";

  @Override
  public MethodVisitor wrap(
      TypeDescription type,
      MethodDescription method,
      MethodVisitor visitor,
      Implementation.Context context,
      TypePool pool,
      int writerFlags,
      int readerFlags) {
    return new Visitor(visitor, type.getInternalName());
  }

  private static final class Visitor extends MethodVisitor {
    private final String type;
    private final Label start = new Label();

    /** Objects that are made, and not initialized yet. */
    private int made;

    private boolean started;

    Visitor(MethodVisitor visitor, String type) {
      super(Opcodes.ASM9, visitor);
      this.type = type;
    }

    @Override
    public void visitTypeInsn(int opcode, String made) {
      super.visitTypeInsn(opcode, made);
      if (opcode == Opcodes.NEW) {
        this.made++;
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean ofInterface) {
      super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
      if (opcode != Opcodes.INVOKESPECIAL || !name.equals(CONSTRUCTOR) || started) {
        return;
      }
      if (made > 0) {
        made--;
      } else {
        started = true;
        super.visitLabel(start);
      }
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      if (started) {
        Label end = new Label();
        super.visitLabel(end);
        super.visitFrame(
            Opcodes.F_FULL, 1, new Object[] {type}, 1, new Object[] {"java/lang/Throwable"});
        super.visitInsn(Opcodes.DUP);
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC,
            "java/lang/NonrootTrigger",
            "ended",
            "(Ljava/lang/Throwable;)V",
            false);
        super.visitInsn(Opcodes.ATHROW);
        super.visitTryCatchBlock(start, end, end, null);
      }
      super.visitMaxs(Math.max(stack, 2), locals);
    }
  }
}
