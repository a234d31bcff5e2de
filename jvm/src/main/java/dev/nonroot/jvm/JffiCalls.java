package dev.nonroot.jvm;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Native calls by jffi, the part of jnr that all the rest of it stands on. */
final class JffiCalls implements NativeCalls {
  private static final String STUB_PATH = "jffi.boot.library.path";

  private final Library process;
  private final CallContext sixLongs;
  private final Invoker invoker;

  /**
   * Loads jffi's native stub.
   *
   * @param stubDirectory where to look for it first, or null
   * @throws IOException if it cannot be loaded, e.g. because it is not there and every directory to
   *     unpack it to is read-only or mounted noexec
   */
  JffiCalls(String stubDirectory) throws IOException {
    String before = System.getProperty(STUB_PATH);
    if (stubDirectory != null) {
      System.setProperty(STUB_PATH, stubDirectory);
    }
    try {
      loadOwnStub();
      process = Library.getDefault();
      Type[] parameters = new Type[6];
      Arrays.fill(parameters, Type.SLONG);
      sixLongs =
          CallContext.getCallContext(Type.SLONG, parameters, CallingConvention.DEFAULT, true);
      invoker = Invoker.getInstance();
    } catch (LinkageError | ReflectiveOperationException | RuntimeException e) {
      throw new IOException(JvmText.toBytes("jffi cannot be loaded: " + firstLine(e)), e);
    } finally {
      // The application may bring a jffi of its own, which must not find ours.
      if (before == null) {
        System.clearProperty(STUB_PATH);
      } else {
        System.setProperty(STUB_PATH, before);
      }
    }
  }

  /**
   * Does what jffi's Init does, but with the class that stands beside it: Init would ask the system
   * class loader first, and so run as root what an application has under that name.
   */
  private static void loadOwnStub() throws ReflectiveOperationException {
    ClassLoader own = Library.class.getClassLoader();
    Class<?> stub = Class.forName("com.kenai.jffi.internal.StubLoader", true, own);
    if (!(boolean) accessible(stub.getDeclaredMethod("isLoaded")).invoke(null)) {
      Object cause = accessible(stub.getDeclaredMethod("getFailureCause")).invoke(null);
      throw new UnsatisfiedLinkError(String.valueOf(cause));
    }
    accessible(Class.forName("com.kenai.jffi.Init", true, own).getDeclaredField("loaded"))
        .setBoolean(null, true);
  }

  private static <T extends AccessibleObject> T accessible(T member) {
    member.setAccessible(true);
    return member;
  }

  private static String firstLine(Throwable e) {
    String text = String.valueOf(e.getMessage());
    int newline = text.indexOf('\n');
    return newline < 0 ? text : text.substring(0, newline);
  }

  @Override
  public long symbol(String name) throws IOException {
    long address = process.getSymbolAddress(name);
    if (address == 0) {
      throw new IOException("the C library has no " + name);
    }
    return address;
  }

  @Override
  public long call(long function, long a, long b, long c, long d, long e, long f) {
    return invoker.invokeN6(sixLongs, function, a, b, c, d, e, f);
  }

  @Override
  public int errno() {
    return LastError.getInstance().get();
  }

  @Override
  public long address(ByteBuffer direct) {
    return MemoryIO.getInstance().getDirectBufferAddress(direct);
  }
}
