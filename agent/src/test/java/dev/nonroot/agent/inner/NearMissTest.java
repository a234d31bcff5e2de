package dev.nonroot.agent.inner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.AbstractList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMissTest {
  private static final Class<?>[] LOADED = {String.class, Server.class, AbstractList.class};
  private static final String SERVER = Server.class.getName();

  @SuppressWarnings("unused") // are looked for by name
  private abstract static class Server extends Thread {
    void start(int number) {}

    void stopNow() {}

    void started() {}

    void a() {}

    void b() {}

    abstract void listen();

    native void bind();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start|SERVER#start, which is there, did not return",
        "<init>|SERVER#<init>, which is there, did not return",
        "listen|SERVER#listen is abstract or native, and its return not noticed",
        "bind|SERVER#bind is abstract or native, and its return not noticed",
        "join|SERVER inherits its join from java.lang.Thread, the class to name",
        "hashCode|SERVER inherits its hashCode from java.lang.Object, the class to name",
        "startde|SERVER has no method startde that could return"
            + " (it has start, started, stopNow, <init>, a, ...)",
      })
  void whatTheClassHas(String method, String message) {
    assertEquals(message.replace("SERVER", SERVER), NearMiss.of(SERVER, method, LOADED));
  }

  @Test
  void anInterfaceMayHaveNoMethods() {
    interface Empty {}
    Class<?>[] loaded = {Empty.class};
    assertEquals(
        Empty.class.getName() + " has no method start that could return",
        NearMiss.of(Empty.class.getName(), "start", loaded));
  }

  @Test
  void classesOfThatNameInOtherPackages() {
    assertEquals(
        "no class com.example.string was loaded (but java.lang.String)",
        NearMiss.of("com.example.string", "start", LOADED));
    assertEquals(
        "no class com.example.Nothing was loaded",
        NearMiss.of("com.example.Nothing", "start", LOADED));
  }
}
