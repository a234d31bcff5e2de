/* The calls for files that Java makes; FileCalls.java describes them. */
#define _GNU_SOURCE
#include "nonroot.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int nonroot_openat_directory(int dirfd, const char *path) {
  return (int)syscall(SYS_openat, dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int nonroot_openat_path(int dirfd, const char *path) {
  return (int)syscall(SYS_openat, dirfd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int nonroot_openat_file(int dirfd, const char *path) {
  int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
  return (int)syscall(SYS_openat, dirfd, path, flags);
}

int nonroot_openat_new(int dirfd, const char *path) {
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  return (int)syscall(SYS_openat, dirfd, path, flags, 0);
}

int nonroot_renameat2(int dirfd, const char *from, const char *to, int flags) {
  return flags == 0 ? renameat(dirfd, from, dirfd, to)
                    : (int)syscall(SYS_renameat2, dirfd, from, dirfd, to, flags);
}

int nonroot_fstatat(int dirfd, const char *path, int64_t *result) {
  struct stat status;
  if (fstatat(dirfd, path, &status, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0) {
    return -1;
  }
  result[0] = (int64_t)status.st_dev;
  result[1] = status.st_mode;
  result[2] = status.st_uid;
  result[3] = status.st_gid;
  result[4] = (int64_t)status.st_nlink;
  result[5] = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec;
  result[6] = (int64_t)status.st_ino;
  return 0;
}

/* musl has statx since 1.2.5, and glibc's falls back to fstatat, which knows no attributes. */
int nonroot_statx(int dirfd, const char *path, int64_t *attributes) {
  struct {
    uint32_t mask;
    uint32_t blksize;
    uint64_t attributes;
    uint64_t others[30];
  } status;
  if (syscall(SYS_statx, dirfd, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, 0, &status) != 0) {
    return -1;
  }
  attributes[0] = (int64_t)status.attributes;
  attributes[1] = (int64_t)status.others[5];
  return 0;
}

int nonroot_fchownat(int dirfd, const char *path, int uid, int gid) {
  return fchownat(dirfd, path, (uid_t)uid, (gid_t)gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
}

int nonroot_getdents64(int fd, void *buffer, int size) {
  return (int)syscall(SYS_getdents64, fd, buffer, size);
}
