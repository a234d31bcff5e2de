/*
 * Loaded into a JVM by LD_PRELOAD: a thread that opens files all the time, as
 * compiler threads do, and does not want them to be closed by an exec.
 */
#include "java_thread.h"

enum { AT_ONCE = 64 };

static void *opens(void *nothing) {
  int open_now[AT_ONCE];
  for (int i = 0;; i++) {
    if (i >= AT_ONCE) {
      close(open_now[i % AT_ONCE]);
    }
    open_now[i % AT_ONCE] = open("/dev/null", O_RDONLY);
    usleep(1000);
  }
  return nothing;
}

__attribute__((constructor)) static void start(void) { start_in_java(opens); }
