#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* Starts a thread if this process is java: LD_PRELOAD reaches others as well. */
static void start_in_java(void *(*run)(void *)) {
  char name[16] = "";
  int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  ssize_t length = read(fd, name, sizeof name - 1);
  close(fd);
  pthread_t thread;
  if (length > 0 && strcmp(name, "java\n") == 0) {
    pthread_create(&thread, NULL, run, NULL);
  }
}
