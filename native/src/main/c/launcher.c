#define _GNU_SOURCE
#include "nonroot.h"

#include <unistd.h>

void nonroot_die(const char *message) {
  nonroot_print("nonroot: error: ", message, "\n");
  _exit(125);
}

/* TeaVM would decode the arguments by the locale: Java asks for them as they are. */
int main(int argc, char **argv) {
  char *none[] = {NULL};
  (void)argc;
  nonroot_argv = argv;
  return nonroot_java_main(0, none);
}
