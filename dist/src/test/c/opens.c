/*
 * Loaded into a JVM by LD_PRELOAD: a thread that opens files all the time, as
 * compiler threads do, and does not want them to be closed by an exec.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

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

__attribute__((constructor)) static void start(void) {
  char name[16] = "";
  int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  ssize_t length = read(fd, name, sizeof name - 1);
  close(fd);
  pthread_t thread;
  if (length > 0 && strcmp(name, "java\n") == 0) {
    pthread_create(&thread, NULL, opens, NULL);
  }
}
