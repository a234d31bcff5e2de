package dev.nonroot.dist.launcher;

import static dev.nonroot.dist.launcher.Launcher.assertFails;
import static dev.nonroot.dist.launcher.Launcher.assertRuns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of user-specs that are not accepted; {@link ConformanceIT} has the others. */
@ParameterizedClass
@MethodSource(Launcher.EACH)
class UserSpecIT {
  private static final String RANGE =
      " is not valid; accepted: user or user:group, each a name, or a number 0 to 2147483647";

  @TempDir static Path directory;
  @Parameter Launcher launcher;
  private static Etc etc;

  @BeforeAll
  static void files() throws Exception {
    Etc.required();
    etc = new Etc(directory);
    etc.file("passwd", ConformanceTable.PASSWD + "d\u00e9j\u00e0:x:1500:1500::/d\u00e9j\u00e0:\n");
    etc.file("group", ConformanceTable.GROUP);
  }

  @Test
  void namesAreBytes() throws Exception {
    // the launcher of the test decodes what its own locale knows not: the policy file is bytes
    etc.file("nonroot/nonroot.properties", "user=d\u00e9j\u00e0\n");
    String output = assertRuns(etc.launch(launcher, "printenv", "HOME", "USER").go());
    assertEquals("/d\u00c3\u00a9j\u00c3\u00a0\nd\u00c3\u00a9j\u00c3\u00a0\n", output);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "':'",
    "':0'",
    "':web'",
    "a:b:c",
    "app:web:",
    "-1",
    "2147483648",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "app:-3",
    "app:4294967295",
    "app:4294967296",
  })
  void isNotValid(String spec) throws Exception {
    String message = "user=" + spec + " in the option --user" + RANGE;
    assertFails(78, message, etc.launch(launcher, "-u", spec, "id").go());
  }

  @ParameterizedTest
  @CsvSource({
    "bogus, user, bogus, passwd",
    "APP, user, APP, passwd",
    "0x10, user, 0x10, passwd",
    "broken, user, broken, passwd",
    "app:bogus, group, bogus, group",
  })
  void isUnknown(String spec, String kind, String name, String file) throws Exception {
    assertFails(
        78,
        "there is no "
            + kind
            + " '"
            + name
            + "' in /etc/"
            + file
            + "; accepted: a name from there, or a number",
        etc.launch(launcher, "-u", spec, "id").go());
  }

  @ParameterizedTest
  @CsvSource({"root:web", "0", "-0", "toor"})
  void isRoot(String spec) throws Exception {
    int colon = spec.indexOf(':');
    assertFails(
        77,
        "the user '"
            + (colon < 0 ? spec : spec.substring(0, colon))
            + "' is root (uid 0); name another one with -u or NONROOT_USER, or set"
            + " NONROOT_ALLOW_ROOT=1",
        etc.launch(launcher, "-u", spec, "id").go());
  }
}
