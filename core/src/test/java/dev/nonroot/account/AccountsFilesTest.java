package dev.nonroot.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nonroot.ConfigurationException;
import dev.nonroot.fake.FakeFile;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.identity.Groups;
import dev.nonroot.text.Bytes;
import dev.nonroot.text.LineReader;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What /etc/passwd and /etc/group may look like, and what must not come of it. */
class AccountsFilesTest {
  private static final int MAX = LineReader.MAX_LINE;
  private static final long HUGE = 100L << 20;

  private final FakeKernel os = new FakeKernel(Identity.root(), 1);

  private Account resolve(String spec) throws ConfigurationException {
    return new Accounts(os).resolve(UserSpec.parse(spec));
  }

  private void assertUnknown(String spec) {
    ConfigurationException e = assertThrows(ConfigurationException.class, () -> resolve(spec));
    assertTrue(e.getMessage().startsWith("there is no "), e.getMessage());
  }

  /** Each has a field that is no id; read as 0, it would be root. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "app:x::5::/home/app:",
        "app:x:5:::/home/app:",
        "app:x:a:5::/home/app:",
        "app:x:5:a::/home/app:",
        "app:x:0x5:5::/home/app:",
        "app:x:-1:5::/home/app:",
        "app:x:-0:5::/home/app:",
        "app:x:+5:5::/home/app:",
        "app:x: 5:5::/home/app:",
        "app:x:5 :5::/home/app:",
        "app:x:5.0:5::/home/app:",
        "app:x:2147483648:5::/home/app:",
        "app:x:5:2147483648::/home/app:",
        "app:x:4294967295:5::/home/app:",
        "app:x:4294967296:5::/home/app:",
        "app:x:5:4294967296::/home/app:",
        "app:x:18446744073709551616:5::/home/app:",
        "app:x:99999999999999999999999999999999:5::/home/app:",
        "app:x:5\u0000:5::/home/app:",
        "app:x:\u00b2:5::/home/app:",
        "app:x:5",
        "app:x",
        "app:",
        "app",
        "#app:x:5:5::/home/app:",
        " # app:x:5:5::/home/app:",
        ":x:5:5::/home/app:",
        "::::::",
        "+::::::",
        "+app::::::",
        "",
      })
  void aMalformedPasswdLineIsPassedOver(String line) throws Exception {
    os.file("/etc/passwd", line + "\n");
    assertUnknown("app");
    assertEquals(new Account(0, 0, Groups.of(0), null, "/"), resolve("0"));
    assertEquals(new Account(5, 5, Groups.of(5), null, "/"), resolve("5"));
    os.file("/etc/passwd", line + "\nroot:x:0:0::/root:\napp:x:5:6::/home/app:\n");
    assertEquals(new Account(5, 6, Groups.of(6), "app", "/home/app"), resolve("app"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web:x::app",
        "web:x:a:app",
        "web:x:-1:app",
        "web:x:+7:app",
        "web:x:2147483648:app",
        "web:x:4294967295:app",
        "web:x:4294967296:app",
        "web:x:18446744073709551616:app",
        "web:x: 7:app",
        "web:x",
        "web",
        "#web:x:7:app",
        ":x:7:web",
        "",
      })
  void aMalformedGroupLineIsPassedOver(String line) throws Exception {
    os.file("/etc/passwd", "app:x:5:6::/home/app:\n");
    os.file("/etc/group", line + "\n");
    assertUnknown("app:web");
    assertEquals(Groups.NONE, new Accounts(os).groupsNamed("web"));
    os.file("/etc/group", line + "\nweb:x:8:app\n");
    assertEquals(8, resolve("app:web").gid());
    assertEquals(8, new Accounts(os).resolveGroup(NameOrId.parse("web")));
  }

  @Test
  void aLineWithoutAValidGidGivesNoGroup() throws Exception {
    os.file("/etc/passwd", "app:x:5:6::/home/app:\n");
    os.file("/etc/group", "a:x::app\nb:x:x:app\nc:x:4294967296:app\nd:x:8\ne:x:9:\nf:x:7:app");
    assertEquals(Groups.of(6, 7), resolve("app").groups());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n\n\n", " \t\r\n", "\n# comment\n", "\n \n"})
  void lineEndsAndBlanksAroundDoNotCount(String end) throws Exception {
    os.file("/etc/passwd", "root:x:0:0::/root:" + end + "app:x:5:6::/home/app" + end);
    os.file("/etc/group", "web:x:7:app" + end + "\tdb:x:8:bob,app" + end + "last:x:9:app");
    Account expected = new Account(5, 6, Groups.of(6, 7, 8, 9), "app", "/home/app");
    assertEquals(expected, resolve("app"));
    assertEquals(expected, resolve("5"));
    assertEquals(8, resolve("0:db").gid());
  }

  @Test
  void theLastLineNeedsNoNewline() throws Exception {
    os.file("/etc/passwd", "root:x:0:0::/root:\napp:x:5:6");
    os.file("/etc/group", "web:x:7:app");
    assertEquals(new Account(5, 6, Groups.of(6, 7), "app", "/"), resolve("app"));
  }

  @Test
  void missingFilesAreEmpty() throws Exception {
    assertEquals(new Account(7, 7, Groups.of(7), null, "/"), resolve("7"));
    assertEquals(new Account(7, 8, Groups.of(8), null, "/"), resolve("7:8"));
    assertUnknown("root");
    assertUnknown("7:root");
    assertEquals(Groups.NONE, new Accounts(os).groupsNamed("root"));
    os.file("/etc/passwd", "app:x:5:6::/home/app:\n");
    assertEquals(new Account(5, 6, Groups.of(6), "app", "/home/app"), resolve("app"));
  }

  @Test
  void aFileThatGoesBetweenStatAndOpenIsEmpty() throws Exception {
    FakeFile gone = new FakeFile(null, FakeFile.of("").status(), null);
    os.file("/etc/passwd", gone);
    os.file("/etc/group", gone);
    assertEquals(new Account(7, 7, Groups.of(7), null, "/"), resolve("7"));
  }

  @ParameterizedTest
  @CsvSource({"/etc/passwd, app", "/etc/passwd, 5", "/etc/group, app", "/etc/group, 5:web"})
  void whatCannotBeReadIsAnError(String path, String spec) {
    for (FakeFile broken :
        new FakeFile[] {
          FakeFile.unreadable("Permission denied"),
          FakeFile.failing("Permission denied"),
          FakeFile.directory()
        }) {
      os.file("/etc/passwd", "app:x:5:6::/home/app:\n");
      os.file("/etc/group", "web:x:7:app\n");
      os.file(path, broken);
      String reason = broken.status().regular() ? "Permission denied" : "Not a regular file";
      ConfigurationException e = assertThrows(ConfigurationException.class, () -> resolve(spec));
      assertEquals("cannot read " + path + ": " + reason, e.getMessage());
    }
  }

  @Test
  void aLineOfOneMebibyteCountsAndALongerOneDoesNot() throws Exception {
    String long5 = "long:x:5:6:" + "x".repeat(MAX - 17) + ":/long";
    assertEquals(MAX, long5.length());
    os.file("/etc/passwd", long5 + "\napp:x:7:8::/app:\n");
    String prefix = "web:x:9:";
    String members = ("m".repeat(9) + ",").repeat(MAX / 10);
    String web = prefix + members.substring(0, MAX - prefix.length() - 4) + ",app";
    assertEquals(MAX, web.length());
    os.file("/etc/group", web + "\ndb:x:10:app");
    assertEquals(new Account(5, 6, Groups.of(6), "long", "/long"), resolve("long"));
    assertEquals(Groups.of(8, 9, 10), resolve("app").groups());

    os.file("/etc/passwd", long5 + "x\napp:x:7:8::/app:\n");
    os.file("/etc/group", web.replace("web", "webb") + "\ndb:x:10:app");
    assertUnknown("long");
    assertEquals(Groups.of(8, 10), resolve("app").groups());
  }

  @Test
  void thousandsOfGroups() throws Exception {
    os.file("/etc/passwd", "app:x:5:6::/home/app:\n");
    StringBuilder text = new StringBuilder();
    long[] gids = new long[5001];
    gids[5000] = 6;
    for (int i = 0; i < 5000; i++) {
      gids[i] = 10_000L + i;
      text.append("g").append(i).append(":x:").append(gids[i]).append(":a,app,b\n");
    }
    os.file("/etc/group", text.toString());
    assertEquals(Groups.of(gids), resolve("app").groups());
  }

  /** The user at the end of 100 MB; what is allocated on the way has to stay within 3 MiB. */
  @Test
  void hugeFilesAreReadInConstantMemory() throws Exception {
    String filler = "somebody:x:4711:4711:Some Body of some department:/home/somebody:/bin/sh\n";
    os.file("/etc/passwd", FakeFile.of(() -> repeated(filler, "app:x:5:6::/home/app:\n")));
    os.file("/etc/group", FakeFile.of(() -> repeated("some:x:4711:body,any,one\n", "w:x:7:app")));
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    resolve("nobody0".replace("nobody0", "4712"));
    long before = memory.getCurrentThreadAllocatedBytes();
    Account account = resolve("app");
    long allocated = memory.getCurrentThreadAllocatedBytes() - before;
    assertEquals(new Account(5, 6, Groups.of(6, 7), "app", "/home/app"), account);
    assertTrue(allocated < 3L << 20, "allocated " + allocated + " bytes");
  }

  private static InputStream repeated(String filler, String last) {
    byte[] line = Bytes.of(filler.repeat(1000));
    byte[] end = Bytes.of(last);
    long fillers = HUGE / line.length;
    return new InputStream() {
      private long position;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        byte[] source = position < fillers * line.length ? line : end;
        int from = source == line ? (int) (position % line.length) : endPosition();
        int count = Math.min(length, source.length - from);
        System.arraycopy(source, from, bytes, offset, count);
        position += count;
        return count == 0 ? -1 : count;
      }

      private int endPosition() {
        return (int) (position - fillers * line.length);
      }
    };
  }
}
