package dev.nonroot.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaCommandTest {
  @ParameterizedTest
  @CsvSource({
    "app.Main, /classes, app.Main",
    "app.Main a b, /classes, app.Main",
    "app.Main a b, , app.Main",
    "app.Main a b, '', app.Main",
    "'', '', ''",
    "jdk.jcmd/sun.tools.jps.Jps -l, '', jdk.jcmd/sun.tools.jps.Jps",
    "app.jar, app.jar, app.jar",
    "my app/app.jar, my app/app.jar, my app/app.jar",
    "my app/app.jar a b, my app/app.jar, my app/app.jar",
    "app.jars a, app.jar, app.jars",
  })
  void theMainIsFound(String command, String classPath, String main) {
    assertEquals(main, JavaCommand.main(command, classPath));
  }
}
