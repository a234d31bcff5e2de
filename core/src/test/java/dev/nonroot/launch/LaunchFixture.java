package dev.nonroot.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nonroot.ConfigurationException;
import dev.nonroot.account.UserSpec;
import dev.nonroot.fake.FakeKernel;
import dev.nonroot.fake.Identity;
import dev.nonroot.ownership.FileCopy;
import dev.nonroot.ownership.NewDirectory;
import dev.nonroot.ownership.OwnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.Executable;

/** A launcher in a kernel of one thread, and the options of its command line. */
final class LaunchFixture {
  final FakeKernel kernel;
  final Environment environment =
      new Environment(List.of("USER=root", "HOME=/root", "PATH=/bin:/usr/bin", "LOGNAME=root"));

  static final Consumer<String> NO_WARNING =
      warning -> {
        throw new AssertionError(warning);
      };

  private long capabilities;
  private final List<NewDirectory> directories = new ArrayList<>();
  private final List<FileCopy> copies = new ArrayList<>();
  private final List<String> own = new ArrayList<>();
  private final List<ResourceLimit> limits = new ArrayList<>();
  private String groups;
  private boolean keepGroups;
  private int umask = LaunchOptions.UMASK_OF_CALLER;
  private String chdir;
  private boolean allowNewPrivs;
  private boolean strict;
  private boolean warnOnly;
  private boolean allowRoot;

  LaunchFixture(Identity identity) {
    kernel = new FakeKernel(identity, 1);
    kernel.file("/etc/passwd", "root:x:0:0::/root:\napp:x:1500:1600::/home/app:\n");
    kernel.file("/etc/group", "audio:x:29:app\nweb:x:33:\n");
  }

  LaunchFixture groups(String text) {
    groups = text;
    return this;
  }

  LaunchFixture capabilities(long set) {
    capabilities = set;
    return this;
  }

  LaunchFixture own(String path) {
    own.add(path);
    return this;
  }

  LaunchFixture copy(String source, String target) {
    copies.add(new FileCopy(source, target));
    return this;
  }

  LaunchFixture mkdir(String path, int mode) {
    directories.add(new NewDirectory(path, mode));
    return this;
  }

  LaunchFixture limit(String text) throws ConfigurationException {
    limits.add(ResourceLimit.parse(text));
    return this;
  }

  LaunchFixture keepGroups() {
    keepGroups = true;
    return this;
  }

  LaunchFixture umaskAndChdir(int mask, String directory) {
    umask = mask;
    chdir = directory;
    return this;
  }

  LaunchFixture allowNewPrivs() {
    allowNewPrivs = true;
    return this;
  }

  LaunchFixture strict() {
    strict = true;
    return this;
  }

  LaunchFixture warnOnly() {
    warnOnly = true;
    return this;
  }

  LaunchFixture allowRoot() {
    allowRoot = true;
    return this;
  }

  /** A launch as that user; null for none. */
  LaunchRun as(String user) throws ConfigurationException {
    LaunchOptions options =
        new LaunchOptions(
            user == null ? null : UserSpec.parse(user),
            groups == null ? null : LaunchOptions.groups(groups),
            keepGroups,
            capabilities,
            directories,
            copies,
            new OwnRequest(own, false, false),
            limits,
            umask,
            chdir,
            allowNewPrivs,
            strict,
            warnOnly,
            allowRoot,
            false,
            List.of("cmd", "-a", "b c"));
    return new LaunchRun(kernel, options, environment);
  }

  static void assertEnds(int exitCode, String message, Executable executable) {
    assertIs(exitCode, message, assertThrows(LaunchException.class, executable));
  }

  static void assertIs(int exitCode, String message, LaunchException actual) {
    assertEquals(message, actual.getMessage());
    assertEquals(exitCode, actual.exitCode());
  }
}
