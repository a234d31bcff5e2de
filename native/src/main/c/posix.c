#define _GNU_SOURCE
#include "nonroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

static char **pointers(char *strings, int count) {
  char **array = malloc(((size_t)count + 1) * sizeof *array);
  if (array != NULL) {
    for (int i = 0; i < count; i++) {
      array[i] = strings;
      strings += strlen(strings) + 1;
    }
    array[count] = NULL;
  }
  return array;
}

int nonroot_execve(char *path, char *argv, int argc, char *envp, int envc) {
  char **arguments = pointers(argv, argc);
  char **environment = pointers(envp, envc);
  if (arguments != NULL && environment != NULL) {
    execve(path, arguments, environment);
  }
  int error = errno;
  free(arguments);
  free(environment);
  errno = error;
  return -1;
}

/* By system call, as glibc before 2.33 has no function of this name. */
static int status_of(int fd, struct stat *status) { return (int)syscall(SYS_fstat, fd, status); }

static int unlike_a_file(int fd) {
  struct stat status;
  int error = 0;
  if (status_of(fd, &status) != 0) {
    error = errno;
  } else if (S_ISREG(status.st_mode) || S_ISCHR(status.st_mode)) {
    return fd;
  } else if (S_ISDIR(status.st_mode)) {
    error = EISDIR;
  }
  close(fd);
  errno = error;
  return -1;
}

int nonroot_open(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  return fd < 0 ? -1 : unlike_a_file(fd);
}

int nonroot_open_to_append(const char *path) {
  /* Links that the kernel makes, and nobody can put others in the place of. */
  int follow = strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
               strncmp(path, "/proc/", 6) == 0;
  int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
  int fd = open(path, follow ? flags : flags | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (fd < 0 && errno == ENXIO) {
    errno = 0; /* a FIFO without a reader, or a socket */
  }
  return fd < 0 || follow ? fd : unlike_a_file(fd);
}

int nonroot_readdir(DIR *directory, char *name, int size) {
  errno = 0;
  struct dirent *entry = readdir(directory);
  if (entry == NULL) {
    return errno == 0 ? 0 : -1;
  }
  size_t length = strlen(entry->d_name);
  if (length > (size_t)size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(name, entry->d_name, length);
  return (int)length;
}

int nonroot_status(const char *path, int32_t *result) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) {
    return -1;
  }
  struct stat status;
  int failed = status_of(fd, &status);
  int error = errno;
  close(fd);
  errno = error;
  if (failed) {
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

void nonroot_print(const char *first, const char *second, const char *third) {
  const char *texts[] = {first, second, third};
  for (int i = 0; i < 3; i++) {
    ssize_t written = write(STDERR_FILENO, texts[i], strlen(texts[i]));
    (void)written; /* there is nobody left to tell */
  }
}
