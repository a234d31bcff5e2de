/*
 * Loaded into a JVM by LD_PRELOAD: a thread that needs memory all the time for
 * one second, as compiler threads do for less, and complains if it gets none.
 */
#include <sys/mman.h>
#include <time.h>

#include "java_thread.h"

enum { SIZE = 1 << 16 };

static long long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void *works(void *nothing) {
  static const char complaint[] = "no memory\n";
  long long end = milliseconds() + 1000;
  while (milliseconds() < end) {
    void *memory =
        mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      return write(STDOUT_FILENO, complaint, sizeof complaint - 1) < 0 ? NULL : nothing;
    }
    munmap(memory, SIZE);
  }
  return nothing;
}

__attribute__((constructor)) static void start(void) { start_in_java(works); }
