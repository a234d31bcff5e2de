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
 * A page that is written to is copied, or made, which takes as long as several
 * system calls. So what the launcher changes stands together: these, behind all
 * other data, then the statics that are 0, and then what is large and of which
 * the start is used at most. (The linker sorts by name.)
 */
#define NONROOT_CHANGED __attribute__((section(".data1")))
#define NONROOT_LARGE __attribute__((section(".bss.z")))

/*
 * Memory is given in pieces, and never taken back. The first of it is a part of
 * the launcher; where that is not enough, and for the library, it is a mapping,
 * whose pages the kernel gives when they are touched. Memory that cannot be had
 * ends the process here, and not in a crash later.
 */
enum { HEAP = 64 << 20 };
#ifdef NONROOT_LAUNCHER
static char first_memory[1 << 17] __attribute__((section(".bss.zz"), aligned(16)));
static NONROOT_CHANGED char *memory = first_memory, *memory_end = first_memory + sizeof first_memory;
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

/* See shrink-c. */
#define NONROOT_FIRST_HANDLER(id) \
  (teavm_callSites[id] == 0 ? NULL : exceptionHandlers_teavm_callSites + teavm_callSites[id] - 1)

#ifdef NONROOT_LAUNCHER
/*
 * In an object: its class's address, of which the lowest three bits are 0, and
 * flags. The linker makes those of the literals, see compile-c: what it can
 * calculate is as long as a pointer.
 */
#define NONROOT_HEADER \
  union { \
    struct { int32_t header, hash; }; \
    uintptr_t linked __attribute__((packed, aligned(4))); \
  };
#define NONROOT_LITERAL(kind) .parent = {.linked = (uintptr_t)kind}
#define TEAVM_PACK_CLASS(class) ((int32_t)((uintptr_t)(class) >> 3))
#define TEAVM_UNPACK_CLASS(header) ((TeaVM_Class *)(uintptr_t)((uint32_t)(header) << 3))
extern char nonroot_string[], nonroot_char_array[];
#endif

#include NONROOT_ALL_C

#ifndef NONROOT_LAUNCHER
TeaVM_String *teavm_registerString(TeaVM_String *string) {
  int32_t is_static = INT32_C(0x80000000);
  string->parent.header = TEAVM_PACK_CLASS(teavm_stringClass) | is_static;
  string->characters->parent.header = TEAVM_PACK_CLASS(teavm_charArrayClass) | is_static;
  return string;
}
#endif
