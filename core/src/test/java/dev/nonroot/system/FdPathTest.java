package dev.nonroot.system;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FdPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/stdout",
        "/dev/stderr",
        "/dev/fd/1",
        "/dev/fd/12",
        "/proc/self/fd/2",
        "/proc/thread-self/fd/2",
        "/proc/1/fd/1",
        "/proc/1/task/1/fd/1",
      })
  void theKernelMakesIt(String path) {
    assertTrue(FdPath.is(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/dev/stdout/",
        "/dev/stdout/../x",
        "/dev/stdoutx",
        "/dev/fd/",
        "/dev/fd/1/x",
        "/dev/fd/../../tmp/1",
        "/dev/fd/x",
        "/proc/",
        "/proc//fd/1",
        "/proc/fd/1",
        "/proc/./fd/1",
        "/proc/../fd/1",
        "/proc/self/fd/",
        "/proc/self/fd/1/2",
        "/proc/self/cwd/fd/1",
        "/proc/self/root/tmp/link",
        "/proc/self/cwd/link",
        "/proc/self/task/1",
        "/proc/self/task/fd/1",
        "/proc/self/task/../fd/1",
        "/proc/1/task/1/root/fd/1",
        "proc/self/fd/1",
        "/tmp/proc/self/fd/1",
      })
  void somebodyElseMay(String path) {
    assertFalse(FdPath.is(path));
  }
}
