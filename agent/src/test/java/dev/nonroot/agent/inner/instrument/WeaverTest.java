package dev.nonroot.agent.inner.instrument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.agent.inner.instrument.Hook.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** What is put where; that the JVM takes it is for the black-box tests. */
class WeaverTest {
  private static final int JAVA_1_4 = 48;
  private static final int MAJOR_VERSION = 7; // its offset in a class file

  private static byte[] sample() throws IOException {
    try (InputStream in = WeaverTest.class.getResourceAsStream("WeaverTest$Sample.class")) {
      return in.readAllBytes();
    }
  }

  private static byte[] weave(String method, String descriptor, Place place, int argument)
      throws IOException {
    return new Weaver(new Hook("owner", false, method, descriptor, place, argument, "told", "(I)V"))
        .weave(sample());
  }

  private static byte[] weaveEnd(byte[] classFile, String method) {
    return new Weaver(Hook.methods("owner", method)).weave(classFile);
  }

  /** The calls and what surrounds them, in the order of the code. */
  private static List<String> code(byte[] classFile, String method) {
    List<String> code = new ArrayList<>();
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                return name.equals(method) ? new Noter(code) : null;
              }
            },
            0);
    return code;
  }

  @Test
  void aWideArgumentBeforeTakesTwoVariables() throws Exception {
    assertEquals(
        List.of("load 3", "told", "return"), code(weave("wide", "(JI)V", Place.RETURN, 1), "wide"));
    assertEquals(
        List.of("load 2", "told", "return"),
        code(weave("ofClass", "(JI)V", Place.RETURN, 1), "ofClass"));
  }

  @Test
  void everyReturnIsTold() throws Exception {
    assertEquals(
        List.of("load 1", "load 1", "told", "return", "load 1", "told", "return"),
        code(weave("two", "(I)I", Place.RETURN, 0), "two"));
  }

  @Test
  void theStartIsToldOnce() throws Exception {
    assertEquals(
        List.of("load 1", "told", "load 1", "return", "return"),
        code(weave("two", "(I)I", Place.START, 0), "two"));
  }

  @Test
  void anArgumentThatIsChangedIsNotTaken() {
    for (String method : List.of("stored", "counted")) {
      assertThrows(
          IllegalStateException.class, () -> weave(method, "(I)I", Place.RETURN, 0), method);
    }
  }

  @Test
  void anotherDescriptorIsAnotherMethod() throws Exception {
    assertNull(weave("two", "(J)I", Place.RETURN, 0));
    assertNull(weave("none", "(I)I", Place.RETURN, 0));
    assertNull(weave("abstracted", "(I)I", Place.RETURN, 0));
    assertNull(weave("nativeOne", "(I)I", Place.RETURN, 0));
  }

  @Test
  void anEndIsAReturnOrAnException() throws Exception {
    assertEquals(
        List.of(
            "handler", "load 1", "null", "ended", "return", "null", "ended", "return", "frame",
            "ended", "throw"),
        code(weaveEnd(sample(), "two"), "two"));
  }

  /** What a method catches itself has not left it. */
  @Test
  void theMethodsOwnHandlersComeFirst() throws Exception {
    assertEquals(
        List.of("own handler", "handler"),
        code(weaveEnd(sample(), "caught"), "caught").subList(0, 2));
  }

  /** The constructor's own call of super() is before the handler's range. */
  @Test
  void aConstructorEndsToo() throws Exception {
    assertEquals(
        List.of(
            "handler", "load 0", "<init>", "load 0", "<init>", "null", "ended", "return", "frame",
            "ended", "throw"),
        code(weaveEnd(sample(), "<init>"), "<init>"));
  }

  /** Which have no frames, and must not get one. */
  @Test
  void classesOfJava14HaveNoFrames() throws Exception {
    byte[] old = sample();
    old[MAJOR_VERSION] = JAVA_1_4;
    assertEquals(
        List.of(
            "handler", "load 0", "<init>", "load 0", "<init>", "null", "ended", "return", "ended",
            "throw"),
        code(weaveEnd(old, "<init>"), "<init>"));
  }

  private static final class Noter extends MethodVisitor {
    private final List<String> code;

    Noter(List<String> code) {
      super(Opcodes.ASM9);
      this.code = code;
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
      code.add("load " + variable);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean ofInterface) {
      code.add(name);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.ACONST_NULL) {
        code.add("null");
      } else if (ArgumentReporter.isReturn(opcode)) {
        code.add("return");
      } else if (opcode == Opcodes.ATHROW) {
        code.add("throw");
      }
    }

    @Override
    public void visitFrame(int type, int locals, Object[] local, int stacked, Object[] stack) {
      if (stacked == 1) {
        code.add("frame");
      }
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
      code.add(type == null ? "handler" : "own handler");
    }
  }

  /** What is woven. */
  @SuppressWarnings("unused")
  abstract static class Sample {
    private final Object made = new Object();

    void wide(long a, int b) {}

    static void ofClass(long a, int b) {}

    int two(int a) {
      if (a > 0) {
        return 1;
      }
      return 2;
    }

    int stored(int a) {
      a = a / 2;
      return a;
    }

    int counted(int a) {
      a++;
      return a;
    }

    int caught(String a) {
      try {
        return Integer.parseInt(a);
      } catch (NumberFormatException e) {
        return -1;
      }
    }

    abstract int abstracted(int a);

    native int nativeOne(int a);
  }
}
