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
 * The runtime reserves its heap and three tables for the collector, each of
 * which it then makes accessible piece by piece. Here they are pieces of one
 * mapping, whose pages the kernel gives when they are touched: of 9 system calls
 * one is left. Memory that cannot be had ends the process here, and not in a
 * crash later.
 */
enum { HEAP = 64 << 20, TABLES = (HEAP >> 4) + (1 << 18) };
static char *memory;
static size_t memory_used;

static void *nonroot_mmap(size_t size) {
  if (memory == NULL) {
    memory = mmap(NULL, HEAP + TABLES, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  if (memory == MAP_FAILED || memory_used + size > HEAP + TABLES) {
    nonroot_die("out of memory");
  }
  memory_used += size;
  return memory + memory_used - size;
}

void nonroot_release_heap(void) { munmap(memory, HEAP + TABLES); }

/* What it allocates otherwise is a few tables, once. */
static void *nonroot_malloc(size_t size) {
  static _Alignas(16) char pool[1 << 16];
  static size_t used;
  if (size > sizeof pool - used) {
    nonroot_die("out of memory");
  }
  void *result = pool + used;
  used += (size + 15) & ~(size_t)15;
  return result;
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
#define mmap(address, size, protection, flags, fd, offset) nonroot_mmap(size)
#define mprotect(address, size, protection) (void)0
#define malloc(size) nonroot_malloc(size)
#define free(address) (void)0
#define realloc(address, size) (nonroot_die("out of memory"), NULL)
#define calloc(count, size) (nonroot_die("out of memory"), NULL)
#define abort() nonroot_die("out of memory")
#define fprintf(...) 0
#define main nonroot_java_main

/* See shrink-c. */
#define NONROOT_FIRST_HANDLER(id) \
  (teavm_callSites[id] == 0 ? NULL : exceptionHandlers_teavm_callSites + teavm_callSites[id] - 1)

#include NONROOT_ALL_C

TeaVM_String *teavm_registerString(TeaVM_String *string) {
  int32_t is_static = INT32_C(0x80000000);
  string->parent.header = TEAVM_PACK_CLASS(teavm_stringClass) | is_static;
  string->characters->parent.header = TEAVM_PACK_CLASS(teavm_charArrayClass) | is_static;
  return string;
}
