package dev.nonroot.dist.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import dev.nonroot.dist.Run;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Root steps down, on every thread, for good; where it cannot, the application never runs. */
class AgentDropIT {
  static final String DROPPED =
      "all Uid: 10001 10001 10001 10001; Gid: 10001 10001 10001 10001; Groups: 10001;"
          + " CapInh: 0000000000000000; CapPrm: 0000000000000000; CapEff: 0000000000000000;"
          + " CapAmb: 0000000000000000; NoNewPrivs: 1; ";

  @BeforeEach
  void root() throws Exception {
    Root.required();
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void everyThreadBecomesTheUser(TestedJvm jvm) throws Exception {
    List<String> command = jvm.command("action=drop,user=10001", "WhoAmI");
    command.remove(TestedJvm.SHORT_LIFE); // every thread that a JVM has
    Run.Result result = Run.of(command).go();
    assertEquals(
        List.of(
            "static initializer", DROPPED, "user.name=?", "user.home=/", "environ readable=true"),
        result.stdout().lines().toList(),
        result.toString());
    assertEquals(List.of(), result.errors());
    assertEquals(0, result.exitCode());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void nameHomeAndGroupsAreTheAccounts(TestedJvm jvm) throws Exception {
    Path passwd = Open.file("passwd", "root:x:0:0::/root:/bin/sh\napp:x:1234:1235::/srv/app:\n");
    Path group = Open.file("group", "root:x:0:app\napp:x:1235:\nlogs:x:1236:other,app\n");
    Run run =
        AgentRun.inNamespace(
            "mount --bind " + passwd + " /etc/passwd; mount --bind " + group + " /etc/group",
            jvm.command("action=drop,user=app", "WhoAmI"));
    String out = run.go().stdout();
    assertTrue(out.contains("Uid: 1234 1234 1234 1234; Gid: 1235 1235 1235 1235;"), out);
    assertTrue(out.contains("Groups: 0 1235 1236;"), out);
    assertTrue(out.contains("user.name=app\nuser.home=/srv/app\n"), out);
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void rootCannotBeHadBackAndJcmdWorksForTheNewUser(TestedJvm jvm) throws Exception {
    Process process = Run.of(jvm.command("action=drop,user=10001", "WhoAmI", "wait")).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = ""; !line.equals("ready"); line = out.readLine()) {
        assertTrue(line != null, "ended before it was ready");
      }
      String jcmd = jvm.tool("jcmd");
      String pid = String.valueOf(process.pid());
      Run.Result dump = AgentRun.asUser(List.of(jcmd, pid, "Thread.print")).go();
      assertEquals(0, dump.exitCode(), dump.toString());
      assertTrue(dump.stdout().contains("Full thread dump"), dump.toString());
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertEquals(0, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void noNewPrivsCanBeLeftOff(TestedJvm jvm) throws Exception {
    Run.Result result = jvm.run("action=drop,user=10001,no-new-privs=false", "WhoAmI");
    assertTrue(
        result.stdout().contains(DROPPED.replace("NoNewPrivs: 1", "NoNewPrivs: 0")),
        result.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action=drop,user=bogus|78|nonroot: error: there is no user 'bogus'",
        "action=drop,user=root|77|nonroot: refused: the user to step down to, 'root', is root",
        "action=drop,user=0|77|nonroot: refused: the user to step down to, '0', is root",
        "action=drop,user=4294967296|78|nonroot: error: user=4294967296 in the agent options is not valid; accepted: user",
        "action=drop,user=4294967295|78|nonroot: error: user=4294967295 in the agent options is not valid; accepted: user",
        "action=drop,user=-1|78|nonroot: error: user=-1 in the agent options is not valid; accepted: user",
        "action=drop,user=a:b:c|78|nonroot: error: user=a:b:c in the agent options is not valid; accepted: user",
        "action=drop|78|nonroot: error: action=drop needs a user",
      })
  void whomNobodyCanBecomeEndsTheJvm(String options, int exitCode, String error) throws Exception {
    for (TestedJvm jvm : TestedJvm.all()) {
      Run.Result result = jvm.run(options, "WhoAmI");
      assertEquals(exitCode, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertEquals(1, result.errors().size(), result.toString());
      assertTrue(result.errors().get(0).startsWith(error), result.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void whatThePolicyDeniesOfTheUserIsStillRefused(TestedJvm jvm) throws Exception {
    Run.Result result = jvm.run("action=drop,user=10001,min-uid=20000", "WhoAmI");
    assertEquals(77, result.exitCode(), result.toString());
    assertEquals("", result.stdout());
    assertTrue(result.errors().get(0).contains("[uid-range]"), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void rootWithoutTheCapabilitiesIsRefused(TestedJvm jvm) throws Exception {
    for (String missing : List.of("-setuid", "-setgid", "-all")) {
      Run.Result result =
          Run.of(
                  AgentRefuseIT.concat(
                      List.of("setpriv", "--inh-caps=" + missing, "--bounding-set=" + missing),
                      jvm.command("action=drop,user=10001", "WhoAmI")))
              .go();
      assertEquals(77, result.exitCode(), result.toString());
      assertEquals("", result.stdout());
      assertEquals(
          "nonroot: refused: this JVM runs as root (uid 0), and cannot step down:"
              + " it lacks CAP_SETUID or CAP_SETGID [root-uid]",
          result.errors().get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void aUserNamespaceThatDeniesSetgroupsIsRefused(TestedJvm jvm) throws Exception {
    Run.Result result =
        Run.of(
                AgentRefuseIT.concat(
                    List.of("unshare", "--map-root-user"),
                    jvm.command("action=drop,user=10001", "WhoAmI")))
            .go();
    assertEquals(77, result.exitCode(), result.toString());
    assertFalse(result.stdout().contains("Uid"), result.toString());
    assertTrue(result.errors().get(0).contains("denies setgroups"), result.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.nonroot.dist.agent.TestedJvm#all")
  void warnAttemptsNoStepDown(TestedJvm jvm) throws Exception {
    Run.Result result = jvm.run("action=warn,user=10001", "WhoAmI");
    assertTrue(result.stdout().contains("all Uid: 0 0 0 0;"), result.toString());
    assertEquals(0, result.exitCode());
  }
}
