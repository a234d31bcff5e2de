#define _GNU_SOURCE
#include "nonroot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

char **nonroot_argv;

int nonroot_errno(void) { return errno; }

/* Of <linux/capability.h> and <linux/filter.h>, which musl-gcc does not see. */
struct cap_header {
  uint32_t version;
  int pid;
};
struct cap_data {
  uint32_t effective, permitted, inheritable;
};
struct bpf_program {
  unsigned short length;
  int64_t *instructions;
};
static const uint32_t CAPABILITY_VERSION_3 = 0x20080522;

/* By system call, as the library's function may be that of a preloaded one, such as fakeroot's. */
int nonroot_getresuid(uint32_t *ids) {
  return (int)syscall(SYS_getresuid, &ids[0], &ids[1], &ids[2]);
}

int nonroot_getresgid(uint32_t *ids) {
  return (int)syscall(SYS_getresgid, &ids[0], &ids[1], &ids[2]);
}

/* The kernel takes 64 capabilities as two halves of 32. */
int nonroot_capget(int64_t *sets) {
  struct cap_header header = {CAPABILITY_VERSION_3, 0};
  struct cap_data data[2];
  if (syscall(SYS_capget, &header, data) != 0) {
    return -1;
  }
  sets[0] = (int64_t)((uint64_t)data[1].effective << 32 | data[0].effective);
  sets[1] = (int64_t)((uint64_t)data[1].permitted << 32 | data[0].permitted);
  sets[2] = (int64_t)((uint64_t)data[1].inheritable << 32 | data[0].inheritable);
  return 0;
}

int nonroot_capset(int64_t effective, int64_t permitted, int64_t inheritable) {
  struct cap_header header = {CAPABILITY_VERSION_3, 0};
  struct cap_data data[2] = {
      {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
      {(uint32_t)((uint64_t)effective >> 32), (uint32_t)((uint64_t)permitted >> 32),
       (uint32_t)((uint64_t)inheritable >> 32)}};
  return (int)syscall(SYS_capset, &header, data);
}

int nonroot_prctl(int option, int64_t arg2, int64_t arg3) {
  return prctl(option, (unsigned long)arg2, (unsigned long)arg3, 0UL, 0UL);
}

int nonroot_seccomp(int operation, int flags, int64_t *filter, int length) {
  /* An instruction is 8 bytes, which the Java code has made in this order. */
  struct bpf_program program = {(unsigned short)length, filter};
  return (int)syscall(SYS_seccomp, operation, flags, &program);
}

int nonroot_keyctl(int operation, int64_t arg2) {
  return (int)syscall(SYS_keyctl, operation, arg2, 0L, 0L, 0L);
}

enum { FEW = 256 };

/* Its memory is never given back: the exec comes next, or the end. */
static char **pointers(char **few, char *strings, int count) {
  char **array = few;
  if (count >= FEW) {
    size_t size = ((size_t)count + 1) * sizeof(char *);
    array = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (array == MAP_FAILED) {
      return NULL;
    }
  }
  for (int i = 0; i < count; i++) {
    array[i] = strings;
    strings += strlen(strings) + 1;
  }
  array[count] = NULL;
  return array;
}

int nonroot_execve(char *path, char *argv, int argc, char *envp, int envc) {
  static char *few_arguments[FEW], *few_variables[FEW];
  char **arguments = pointers(few_arguments, argv, argc);
  char **environment = pointers(few_variables, envp, envc);
  return arguments == NULL || environment == NULL ? -1 : execve(path, arguments, environment);
}

/* By system call, as musl's open sets FD_CLOEXEC by another one, for Linux before 2.6.23. */
static int open_quietly(const char *path, int flags) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC);
}

/* Closes a descriptor, and leaves result and errno of the call before. */
static int closed(int fd, int result) {
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

/* By system call, as glibc before 2.33 has no function of this name. */
static int status_of(int fd, struct stat *status) { return (int)syscall(SYS_fstat, fd, status); }

enum { REGULAR, REGULAR_OR_DEVICE };

static int only(int kinds, int fd) {
  struct stat status;
  int error = 0;
  if (status_of(fd, &status) != 0) {
    error = errno;
  } else if (S_ISREG(status.st_mode) || (kinds == REGULAR_OR_DEVICE && S_ISCHR(status.st_mode))) {
    return fd;
  } else if (kinds == REGULAR_OR_DEVICE && S_ISDIR(status.st_mode)) {
    error = EISDIR;
  }
  close(fd);
  errno = error;
  return -1;
}

static int open_only(int kinds, const char *path) {
  int fd = open_quietly(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && errno == ENXIO) {
    errno = 0; /* a socket, or a device that is not there */
  }
  return fd < 0 ? -1 : only(kinds, fd);
}

int nonroot_open(const char *path) { return open_only(REGULAR_OR_DEVICE, path); }

/* Of <linux/magic.h>, which musl-gcc does not see. */
enum { PROC_SUPER_MAGIC = 0x9fa0 };

/* gVisor does not tell the type of its /proc. What a kernel makes when it is read has no size; any
   other file that is not empty has. */
static int has_no_size(int fd) {
  struct stat status;
  return status_of(fd, &status) == 0 && status.st_size == 0;
}

int nonroot_open_proc(const char *path) {
  int fd = nonroot_open(path);
  if (fd < 0) {
    return fd;
  }
  struct statfs status;
  status.f_type = 0; /* of a call that only says that it succeeded */
  if (fstatfs(fd, &status) != 0) {
    return errno == ENOSYS && has_no_size(fd) ? fd : closed(fd, -1);
  }
  if (status.f_type != PROC_SUPER_MAGIC) {
    close(fd);
    errno = 0;
    return -1;
  }
  return fd;
}

int nonroot_open_regular(const char *path) { return open_only(REGULAR, path); }

int nonroot_open_to_append(const char *path, int follow) {
  int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
  int fd = open(path, follow ? flags : flags | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (fd < 0 && errno == ENXIO) {
    errno = 0; /* a FIFO without a reader, or a socket */
  }
  return fd < 0 || follow ? fd : only(REGULAR_OR_DEVICE, fd);
}

int nonroot_open_terminal(void) {
  return open_quietly("/dev/tty", O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

int nonroot_getrlimit(int resource, int64_t *limits) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) {
    return -1;
  }
  limits[0] = (int64_t)limit.rlim_cur;
  limits[1] = (int64_t)limit.rlim_max;
  return 0;
}

int nonroot_setrlimit(int resource, int64_t soft, int64_t hard) {
  struct rlimit limit = {(rlim_t)soft, (rlim_t)hard};
  return setrlimit(resource, &limit);
}

int nonroot_real_path(const char *path, char *result, int size) {
  int fd = open_quietly(path, O_PATH);
  if (fd < 0) {
    return -1;
  }
  char link[32] = "/proc/self/fd/";
  char *digit = link + sizeof link - 1;
  int number = fd;
  do {
    *--digit = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  memmove(link + strlen(link), digit, (size_t)(link + sizeof link - digit));
  ssize_t length = readlink(link, result, (size_t)size);
  if (length == size) {
    errno = ENAMETOOLONG;
    length = -1;
  }
  return closed(fd, (int)length);
}

int nonroot_status(const char *path, int32_t *result) {
  int fd = open_quietly(path, O_PATH);
  if (fd < 0) {
    return -1;
  }
  struct stat status;
  if (closed(fd, status_of(fd, &status)) != 0) {
    return -1;
  }
  result[0] = S_ISREG(status.st_mode);
  result[1] = (int32_t)status.st_uid;
  result[2] = (int32_t)(status.st_mode & 07777);
  return 0;
}

static int copy(char **strings, char *block, int size) {
  size_t total = 0;
  for (; *strings != NULL; strings++) {
    size_t length = strlen(*strings) + 1;
    if (total + length <= (size_t)size) {
      memcpy(block + total, *strings, length);
    }
    total += length;
  }
  return (int)total;
}

int nonroot_environ(char *block, int size) { return copy(environ, block, size); }

int nonroot_args(char *block, int size) { return copy(nonroot_argv, block, size); }

int nonroot_copy(const char *text, char *buffer, int size) {
  size_t length = strlen(text);
  if (length <= (size_t)size) {
    memcpy(buffer, text, length);
  }
  return (int)length;
}

int nonroot_version(char *text, int size) { return nonroot_copy(NONROOT_VERSION, text, size); }

void nonroot_print(const char *first, const char *second, const char *third) {
  const char *texts[] = {first, second, third};
  for (int i = 0; i < 3; i++) {
    ssize_t written = write(STDERR_FILENO, texts[i], strlen(texts[i]));
    (void)written; /* there is nobody left to tell */
  }
}
