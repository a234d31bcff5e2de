/*
 * peak-rss COMMAND [ARG...]: prints the most memory in KB that the command had resident at any of
 * its system calls, other programs that it becomes included, and passes its exit status on.
 *
 * getrusage(2) and VmHWM count in lots per processor, and say 0 of a small process: smaps_rollup
 * walks the page tables, and is exact.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static long resident(pid_t pid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  text[length < 0 ? 0 : length] = '\0';
  char *rss = strstr(text, "\nRss:");
  return rss == NULL ? 0 : atol(rss + 5);
}

int main(int argc, char **argv) {
  if (argc < 2) return 125;
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  long peak = 0;
  int status;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) return 125;
  ptrace(PTRACE_SETOPTIONS, child, NULL,
         PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  ptrace(PTRACE_SYSCALL, child, NULL, NULL);
  pid_t thread;
  while ((thread = waitpid(-1, &status, __WALL)) > 0) {
    if (!WIFSTOPPED(status)) {
      if (thread == child) break;
      continue;
    }
    long now = resident(thread);
    if (now > peak) peak = now;
    int signal = WSTOPSIG(status);
    int ours = signal == SIGTRAP || signal == (SIGTRAP | 0x80) || signal == SIGSTOP;
    ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(long)(ours ? 0 : signal));
  }
  printf("%ld\n", peak);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
