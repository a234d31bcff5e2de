package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaCommandTest {
  @ParameterizedTest
  @CsvSource({
    "app.Main, /classes, app.Main, false",
    "app.Main a b, /classes, app.Main, false",
    "app.Main a b, , app.Main, false",
    "app.Main a b, '', app.Main, false",
    "'', '', '', false",
    "jdk.jcmd/sun.tools.jps.Jps -l, '', jdk.jcmd/sun.tools.jps.Jps, false",
    "app.jar, app.jar, app.jar, true",
    "my app/app.jar, my app/app.jar, my app/app.jar, true",
    "my app/app.jar a b, my app/app.jar, my app/app.jar, true",
    "app.jars a, app.jar, app.jars, false",
  })
  void theMainIsFound(String command, String classPath, String main, boolean isJar) {
    assertEquals(main, JavaCommand.main(command, classPath));
    assertEquals(isJar, JavaCommand.isJar(command, classPath));
  }
}
