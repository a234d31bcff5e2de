/*
 * What the Java code calls by C's calling convention, and cannot call as a
 * function of the C library. As there: -1 means failure, and errno says which.
 */
#ifndef NONROOT_H
#define NONROOT_H

#include <stddef.h>
#include <stdint.h>

int nonroot_errno(void);

/* getresuid(2) and getresgid(2) into three ints. */
int nonroot_getresuid(uint32_t *ids);
int nonroot_getresgid(uint32_t *ids);

/* capget(2) and capset(2): effective, permitted, inheritable. */
int nonroot_capget(int64_t *sets);
int nonroot_capset(int64_t effective, int64_t permitted, int64_t inheritable);

/* prctl(2), whose unused arguments have to be 0. */
int nonroot_prctl(int option, int64_t arg2, int64_t arg3);

/* seccomp(2) with a program of LENGTH instructions. */
int nonroot_seccomp(int operation, int flags, int64_t *filter, int length);

/* keyctl(2), whose unused arguments are 0. */
int nonroot_keyctl(int operation, int64_t arg2);

/* execve(2) with ARGC and ENVC strings that stand one behind the other. */
int nonroot_execve(char *path, char *argv, int argc, char *envp, int envc);

/*
 * open(2) for reading, which never waits. What is neither a regular file nor a
 * character device is refused: errno is 0 then.
 */
int nonroot_open(const char *path);

/* The same, for files of a proc file system only; errno is 0 for others. */
int nonroot_open_proc(const char *path);

/* The same, for regular files only. */
int nonroot_open_regular(const char *path);

/* nonroot_open for appending, which follows no symbolic link; if FOLLOW says so, of any kind. */
int nonroot_open_to_append(const char *path, int follow);

/* The controlling terminal, /dev/tty; it never waits. */
int nonroot_open_terminal(void);

/* getrlimit(2) and setrlimit(2): soft, hard. */
int nonroot_getrlimit(int resource, int64_t *limits);
int nonroot_setrlimit(int resource, int64_t soft, int64_t hard);

/* As FileCalls.java describes them; none follows a symbolic link. */
int nonroot_openat_directory(int dirfd, const char *path);
int nonroot_openat_path(int dirfd, const char *path);
int nonroot_openat_file(int dirfd, const char *path);
int nonroot_openat_new(int dirfd, const char *path);
int nonroot_renameat2(int dirfd, const char *from, const char *to, int flags);
int nonroot_fstatat(int dirfd, const char *path, int64_t *status);
int nonroot_statx(int dirfd, const char *path, int64_t *attributes);
int nonroot_fchownat(int dirfd, const char *path, int uid, int gid);
int nonroot_getdents64(int fd, void *buffer, int size);

/* realpath(3): the length of the path. It needs /proc. */
int nonroot_real_path(const char *path, char *result, int size);

/* stat(2): whether it is a regular file, its owner, its permission bits. */
int nonroot_status(const char *path, int32_t *result);

/* Copies TEXT without its NUL, if SIZE is enough; returns its length. */
int nonroot_copy(const char *text, char *buffer, int size);

/* The version: its length; copied if SIZE is enough. */
int nonroot_version(char *text, int size);

/* Writes texts to stderr. */
void nonroot_print(const char *first, const char *second, const char *third);

/* The launcher's own, which its main sets. */
extern char **nonroot_argv;

/* The launcher's arguments, with a NUL behind each; returns their size. */
int nonroot_args(char *block, int size);

/* The environment, with a NUL behind each variable; returns its size. */
int nonroot_environ(char *block, int size);

/*
 * The agent's options, a system property of the JVM, and the path of this
 * library: their length, -1 if there is none; copied if SIZE is enough.
 */
int nonroot_options(char *buffer, int size);
int nonroot_property(const char *name, char *buffer, int size);
int nonroot_library(char *buffer, int size);

/* Whether the agent has a stderr to print to. */
int nonroot_has_stderr(void);

/* Sets user.name and user.home, once the JVM has any. */
void nonroot_become(const char *name, const char *home);

/* Ends the process with the front end's exit code for its own failure. */
void nonroot_die(const char *message) __attribute__((noreturn));

/* The Java code's main, made by TeaVM. */
int nonroot_java_main(int argc, char **argv);

/* Gives back what that has taken of memory; it cannot run again then. */
void nonroot_release_heap(void);

#endif
