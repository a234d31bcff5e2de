/*
 * Preloaded into a root's java: gives root up by system calls, which change one thread, as a
 * program that makes a JVM may. With THREADS=main the thread that makes the JVM stays root, and
 * the first one is the user; with THREADS=other the JVM's threads are the user's, and one that has
 * nothing to do stays root.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef int create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static sem_t stepped_down;
static void *(*start)(void *);

static void step_down(void) {
  if (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setresgid, 1000, 1000, 1000) != 0 ||
      syscall(SYS_setresuid, 1000, 1000, 1000) != 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) {
    abort();
  }
}

static int is_mode(const char *mode) {
  const char *threads = getenv("THREADS");
  return threads != NULL && strcmp(threads, mode) == 0;
}

static void *started(void *argument) {
  while (sem_wait(&stepped_down) != 0) {
  }
  return start(argument);
}

static void *idle(void *argument) {
  for (;;) {
    pause();
  }
  return argument;
}

static int create_really(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*routine)(void *), void *argument) {
  create *really = (create *)dlsym(RTLD_NEXT, "pthread_create");
  return really == NULL ? -1 : really(thread, attributes, routine, argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *),
                   void *argument) {
  if (start != NULL || !is_mode("main")) {
    return create_really(thread, attributes, routine, argument);
  }
  start = routine;
  sem_init(&stepped_down, 0, 0);
  int result = create_really(thread, attributes, started, argument);
  step_down();
  sem_post(&stepped_down);
  return result;
}

__attribute__((constructor)) static void load(void) {
  pthread_t thread;
  if (is_mode("other")) {
    if (create_really(&thread, NULL, idle, NULL) != 0) {
      abort();
    }
    step_down();
  }
}
