package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static void assertIs(Environment environment, String... variables) {
    assertArrayEquals(variables, environment.toArray());
  }

  @Test
  void staysAsItIsByteForByte() {
    String text = "\0A=1\0\0NOEQUALS\0=x\0A=2\0B=\u00ff\u0080\n=\0";
    Environment environment = Environment.of(text);
    assertIs(environment, "", "A=1", "", "NOEQUALS", "=x", "A=2", "B=\u00ff\u0080\n=");
    assertEquals(text, String.join("\0", environment.toArray()) + "\0");
    assertIs(Environment.of("A=1\0B=2"), "A=1", "B=2");
    assertIs(Environment.of(""));
  }

  @Test
  void findsTheFirstOfAName() {
    Environment environment = Environment.of("HOMES=x\0HOME=\0HOME=/2\0NOEQUALS\0");
    assertEquals("", environment.get("HOME"));
    assertEquals("x", environment.get("HOMES"));
    assertNull(environment.get("HOM"));
    assertNull(environment.get("NOEQUALS"));
    assertNull(environment.get("USER"));
  }

  @Test
  void setsInThePlaceOfTheFirst() {
    Environment environment = Environment.of("A=1\0HOME=/1\0HOMES=x\0HOME=/2\0B=2\0");
    environment.set("HOME", "/app");
    assertIs(environment, "A=1", "HOME=/app", "HOMES=x", "B=2");
    environment.set("USER", "app");
    assertIs(environment, "A=1", "HOME=/app", "HOMES=x", "B=2", "USER=app");
    environment.set("A", "");
    assertEquals("", environment.get("A"));
  }

  @Test
  void removesEveryOneOfAName() {
    Environment environment = Environment.of("USER=1\0USERS=x\0USER\0USER=2\0");
    environment.remove("USER");
    assertIs(environment, "USERS=x", "USER");
    environment.remove("NONE");
    assertIs(environment, "USERS=x", "USER");
  }
}
