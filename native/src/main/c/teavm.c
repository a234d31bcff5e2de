/*
 * The code that TeaVM has made of the Java classes, as one file, without what
 * its runtime does to a process and nothing here needs: a timer, a blocked
 * signal and a handler for it, and the locale.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "nonroot.h"

/*
 * Memory is given in pieces, and never taken back. The first of it is a part of
 * the launcher; where that is not enough, and for the library, it is a mapping,
 * whose pages the kernel gives when they are touched. Memory that cannot be had
 * ends the process here, and not in a crash later.
 */
enum { HEAP = 64 << 20 };
#ifdef NONROOT_LAUNCHER
static char first_memory[1 << 17] __attribute__((aligned(16)));
static char *memory = first_memory, *memory_end = first_memory + sizeof first_memory;
#else
static char *memory, *memory_end;
#endif
static char *heap;

static void *nonroot_allocate(size_t size) {
  if (size > (size_t)(memory_end - memory)) {
    if (heap != NULL || size > HEAP) {
      nonroot_die("out of memory");
    }
    heap = mmap(NULL, HEAP, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (heap == MAP_FAILED) {
      nonroot_die("out of memory");
    }
    memory = heap;
    memory_end = heap + HEAP;
  }
  void *result = memory;
  memory += (size + 7) & ~(size_t)7;
  return result;
}

void nonroot_release_heap(void) {
  if (heap != NULL) {
    munmap(heap, HEAP);
  }
  memory = memory_end = NULL; // whoever comes again is out of memory
}

/* glibc's setjmp saves the signal mask, by a system call each. */
#undef setjmp
#define setjmp(buffer) _setjmp(buffer)
#define setlocale(category, locale) ((char *)0)
#define sigaction(signal, action, old) 0
#define sigprocmask(how, set, old) 0
#define sigwaitinfo(set, info) 0
#define timer_create(clock, event, timer) 0
#define timer_settime(timer, flags, value, old) 0
#define raise(signal) 0
#define srand(seed) (void)0
#define malloc(size) nonroot_allocate(size)
#define free(address) (void)0
#define realloc(address, size) (nonroot_die("out of memory"), NULL)
#define calloc(count, size) (nonroot_die("out of memory"), NULL)
#define abort() nonroot_die("out of memory")
#define fprintf(...) 0
#define main nonroot_java_main

/* See adapt-c. */
#define NONROOT_HANDLER(id) \
  (nonroot_handlers[id] == 0 ? NULL : exceptionHandlers_teavm_callSites + nonroot_handlers[id] - 1)

#include NONROOT_ALL_C

_Static_assert(sizeof exceptionHandlers_teavm_callSites / sizeof *exceptionHandlers_teavm_callSites
                   < UINT16_MAX,
               "adapt-c: too many exception handlers for the edit 'call sites'");
