package java.lang.foreign;

public interface Linker {
  static Linker nativeLinker() {
    throw new AssertionError();
  }

  SymbolLookup defaultLookup();

  interface Option {
    static Option captureCallState(String... names) {
      throw new AssertionError();
    }

    static StructLayout captureStateLayout() {
      throw new AssertionError();
    }
  }
}
