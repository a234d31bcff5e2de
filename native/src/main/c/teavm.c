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

static struct {
  void *address;
  size_t size;
} mappings[16];
static int mapping_count;

/* Memory that cannot be had ends the process here, and not in a crash later. */
static void *nonroot_mmap(size_t size) {
  void *address = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED || mapping_count == 16) {
    nonroot_die("out of memory");
  }
  mappings[mapping_count].address = address;
  mappings[mapping_count].size = size;
  mapping_count++;
  return address;
}

static void nonroot_mprotect(void *address, size_t size, int protection) {
  if (mprotect(address, size, protection) != 0) {
    nonroot_die("out of memory");
  }
}

static void *nonroot_malloc(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL && size != 0) {
    nonroot_die("out of memory");
  }
  return memory;
}

void nonroot_release_heap(void) {
  while (mapping_count > 0) {
    mapping_count--;
    munmap(mappings[mapping_count].address, mappings[mapping_count].size);
  }
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
#define mprotect(address, size, protection) nonroot_mprotect(address, size, protection)
#define malloc(size) nonroot_malloc(size)
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
