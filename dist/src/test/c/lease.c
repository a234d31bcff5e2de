/* Holds a lease on a file of its user's, and does not give it back when others open the file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  signal(SIGIO, SIG_IGN);
  int fd = open(argc > 1 ? argv[1] : "", O_RDWR);
  if (fd < 0 || fcntl(fd, F_SETLEASE, F_WRLCK) != 0) {
    perror("lease");
    return 1;
  }
  puts("held");
  fflush(stdout);
  for (;;) {
    pause();
  }
}
