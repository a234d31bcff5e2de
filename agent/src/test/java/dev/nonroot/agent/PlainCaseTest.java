package dev.nonroot.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.config.Source;
import dev.nonroot.fake.FakeJvm;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.guard.Guard;
import dev.nonroot.guard.Outcome;
import dev.nonroot.identity.CapabilitySets;
import dev.nonroot.identity.Credentials;
import dev.nonroot.identity.Groups;
import dev.nonroot.identity.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain case must never let pass what the whole check has something to say about. */
class PlainCaseTest {
  private static final String[] PLAIN_OPTIONS = {
    "", "action=refuse", "action=warn", "action=drop,user=app", "action=drop,user=10001"
  };

  @Test
  void whatPassesHereTheWholeCheckHasNothingToSayAbout() throws Exception {
    Random random = new Random(1);
    int passed = 0;
    for (int i = 0; i < 5_000; i++) {
      boolean threads = random.nextInt(4) == 0;
      FakeKernel kernel = new FakeKernel(randomIdentity(random), threads ? 2 : 1);
      if (threads) {
        kernel.become(FakeKernel.PID + 1, randomIdentity(random));
      }
      kernel.overflowUid(random.nextBoolean() ? 65_534 : 1000);
      if (isCompliant(kernel)) {
        passed++;
        for (String options : PLAIN_OPTIONS) {
          Outcome outcome =
              new Guard(kernel, FakeJvm.APP)
                  .check(Source.agentOptions(options), new Source())
                  .outcome();
          assertNull(outcome, options + " for " + status(kernel, "/proc/self/status"));
        }
      }
    }
    assertTrue(passed > 100, "only " + passed + " passed: the test tests nothing");
  }

  private static Identity randomIdentity(Random random) {
    return new Identity(
        new Credentials(
            randomIds(random),
            randomIds(random),
            random.nextBoolean() ? Groups.NONE : Groups.of(random.nextInt(3), 1000),
            new CapabilitySets(
                randomSet(random),
                randomSet(random),
                randomSet(random),
                random.nextLong(),
                randomSet(random)),
            random.nextBoolean(),
            random.nextInt(3)));
  }

  private static Ids randomIds(Random random) {
    return new Ids(randomId(random), randomId(random), randomId(random), randomId(random));
  }

  private static long randomId(Random random) {
    long[] ids = {0, 1, 10, 999, 1000, 65_534, 4_294_967_294L};
    int likely = random.nextInt(24);
    return likely < ids.length ? ids[likely] : 1000;
  }

  private static long randomSet(Random random) {
    return random.nextInt(4) > 0 ? 0 : 1L << random.nextInt(41);
  }

  /** A change of any byte of the lines that it reads may pass only if the whole check agrees. */
  @Test
  void aDamagedStatusPassesOnlyIfTheWholeCheckAgrees() throws Exception {
    Random random = new Random(2);
    byte[] text =
        status(new FakeKernel(Identity.user(1000), 1), "/proc/self/status")
            .getBytes(StandardCharsets.US_ASCII);
    int passed = 0;
    String lines = new String(text, StandardCharsets.US_ASCII);
    for (int i = 1; i < text.length; i++) {
      int line = lines.lastIndexOf('\n', i - 1) + 1;
      if (!lines.startsWith("Uid", line)
          && !lines.substring(line).matches("(?s)Cap(Prm|Eff|Amb):.*")) {
        continue;
      }
      for (int tries = 0; tries < 6; tries++) {
        byte[] damaged = text.clone();
        damaged[i] = (byte) "0179\t\n: aU".charAt(random.nextInt(10));
        String status = new String(damaged, StandardCharsets.US_ASCII);
        if (PlainCase.areCompliant(status, lines, "65534\n")
            || PlainCase.areCompliant(lines, status, "65534\n")) {
          passed++;
          FakeKernel kernel = new FakeKernel(Identity.user(1000), 1);
          kernel.file("/proc/self/status", new String(damaged, StandardCharsets.ISO_8859_1));
          Outcome outcome = new Guard(kernel, FakeJvm.APP).check(new Source()).outcome();
          assertNull(outcome, new String(damaged, StandardCharsets.US_ASCII));
        }
      }
    }
    assertTrue(passed > 50, "only " + passed + " passed: the test tests nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "action=off",
        "action=drop",
        "action=drop,user=",
        "action=drop,user=4294967296",
        "action=drop,user=a:b",
        "action=drop,user=A",
        "action=drop,user=1000,min-uid=2000",
        "action=warn,report=json",
        "action=refuse,",
        "bogus",
        " "
      })
  void otherOptionsAreNotPlain(String options) {
    assertFalse(PlainCase.isPlain(options));
  }

  @Test
  void plainOptionsAreValid() throws Exception {
    for (String options : PLAIN_OPTIONS) {
      assertTrue(PlainCase.isPlain(options), options);
      FakeKernel kernel = new FakeKernel(Identity.user(1000), 1);
      assertNull(
          new Guard(kernel, FakeJvm.APP).check(Source.agentOptions(options)).outcome(), options);
    }
  }

  @Test
  void aVariableOfNonrootIsConfiguration() {
    assertTrue(PlainCase.isUnconfigured("PATH=/bin\0"));
    assertTrue(PlainCase.isUnconfigured(""));
    assertFalse(PlainCase.isUnconfigured("NONROOT_ACTION=off\0"));
    assertFalse(PlainCase.isUnconfigured("PATH=/bin\0NONROOT_PROFILE=restricted\0"));
    assertFalse(PlainCase.isUnconfigured(null));
  }

  @Test
  void whatCannotBeReadIsNotPlain() throws Exception {
    String user = status(new FakeKernel(Identity.user(1000), 1), "/proc/self/status");
    assertTrue(PlainCase.areCompliant(user, user, "65534\n"));
    for (String unread : new String[] {null, ""}) {
      assertFalse(PlainCase.areCompliant(unread, user, "65534\n"));
      assertFalse(PlainCase.areCompliant(user, unread, "65534\n"));
      assertFalse(PlainCase.areCompliant(user, user, unread));
    }
  }

  @Test
  void aCompliantUserIsPlain() throws Exception {
    assertTrue(isCompliant(new FakeKernel(Identity.user(1), 1)));
    assertFalse(isCompliant(new FakeKernel(Identity.root(), 1)));
  }

  @Test
  void aThreadOfRootsIsNotPlain() throws Exception {
    FakeKernel main = new FakeKernel(Identity.user(1000), 2);
    assertTrue(isCompliant(main));
    main.become(FakeKernel.PID + 1, Identity.root());
    assertFalse(isCompliant(main));
    FakeKernel first = new FakeKernel(Identity.user(1000), 2);
    first.become(FakeKernel.PID, Identity.root());
    assertFalse(isCompliant(first));
  }

  @Test
  void theOverflowUidIsNotPlainWhateverItIs() throws Exception {
    FakeKernel kernel = new FakeKernel(Identity.user(1000), 1);
    kernel.overflowUid(1000);
    assertFalse(isCompliant(kernel));
    FakeKernel nobody = new FakeKernel(Identity.user(65_534), 1);
    assertFalse(isCompliant(nobody));
    nobody.overflowUid(1000);
    assertTrue(isCompliant(nobody));
  }

  private static boolean isCompliant(FakeKernel kernel) throws IOException {
    return PlainCase.areCompliant(
        status(kernel, "/proc/self/status"),
        status(kernel, "/proc/thread-self/status"),
        status(kernel, "/proc/sys/kernel/overflowuid"));
  }

  private static String status(FakeKernel kernel, String path) throws IOException {
    try (InputStream in = kernel.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
