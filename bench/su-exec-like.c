/*
 * su-exec-like USER COMMAND [ARG...]: the least that a C program can do to run a command as a user,
 * for bench/native.sh to compare with. It verifies nothing and keeps what root had in capabilities'
 * bounding set: use it for nothing else.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int fail(const char *what) {
  perror(what);
  return 125;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: su-exec-like USER COMMAND [ARG...]\n", stderr);
    return 125;
  }
  struct passwd *user = getpwnam(argv[1]);
  if (user == NULL) return fail(argv[1]);
  gid_t groups[256];
  int count = 256;
  if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0) return fail("getgrouplist");
  if (setgroups(count, groups) != 0) return fail("setgroups");
  if (setgid(user->pw_gid) != 0) return fail("setgid");
  if (setuid(user->pw_uid) != 0) return fail("setuid");
  if (setenv("HOME", user->pw_dir, 1) != 0) return fail("setenv");
  execvp(argv[2], argv + 2);
  return fail(argv[2]);
}
