/*
 * The native part of dev.nonroot.dist.app.Spawns: starts /bin/true, in ways that Java knows nothing
 * of, and says what stood against it. Without jni.h, of which it would need one type.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *arguments[] = {"true", NULL};
static char *environment[] = {NULL};

static int fd_of_copy(void) {
  char buffer[65536];
  int from = open("/bin/true", O_RDONLY);
  int to = (int)syscall(SYS_memfd_create, "true", 0);
  ssize_t length;
  while ((length = read(from, buffer, sizeof buffer)) > 0) {
    if (write(to, buffer, (size_t)length) != length) {
      _exit(255);
    }
  }
  close(from);
  return to;
}

#ifdef __x86_64__
/* A page below 4 GB; the JVM may have taken the whole region of MAP_32BIT for its classes. */
static char *low_page(void) {
  unsigned long address;
  for (address = 0x10000000; address < 0xf0000000; address += 0x1000000) {
    char *page = mmap((void *)address, 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page != MAP_FAILED) {
      return page;
    }
  }
  _exit(255);
}

/* execve by the numbers of i386: 11, with addresses below 4 GB. */
static void execve_i386(void) {
  char *low = low_page();
  long result;
  strcpy(low, "/bin/true");
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(11L), "b"(low), "c"(0L), "d"(0L)
                   : "memory", "r8", "r9", "r10", "r11");
  errno = (int)-result;
}
#endif

/* In a child: becomes another program, or leaves errno. */
static void become(int way) {
  switch (way) {
    case 0:
      execve("/bin/true", arguments, environment);
      break;
    case 1:
      syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, environment, 0);
      break;
    case 2:
      syscall(SYS_execveat, fd_of_copy(), "", arguments, environment, AT_EMPTY_PATH);
      break;
#ifdef __x86_64__
    case 3: /* x32 */
      syscall(0x40000000 + 520, "/bin/true", arguments, environment);
      break;
    case 4:
      execve_i386();
      break;
#endif
    default:
      errno = EINVAL;
  }
}

static int exit_of(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child) {
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* The ways are: 0 to 4 in a child, 10 by posix_spawn, 11 by system, 12 in this process itself. */
int Java_dev_nonroot_dist_app_Spawns_nativeCall(void *env, void *type, int way) {
  pid_t child;
  (void)env;
  (void)type;
  if (way == 10) {
    int error = posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environment);
    return error == 0 ? exit_of(child) : error;
  }
  if (way == 11) {
    int status = system("/bin/true");
    return WEXITSTATUS(status); /* 127 if there is no shell to be had */
  }
  if (way == 12) {
    become(0);
    return errno;
  }
  child = fork();
  if (child == 0) {
    become(way);
    _exit(errno);
  }
  return child < 0 ? errno : exit_of(child);
}
