#define _GNU_SOURCE
#include "nonroot.h"

#include <string.h>
#include <unistd.h>

/* By these names everything is as Gosu.java has it. */
static int is_gosu(void) {
  const char *path = nonroot_argv[0] == NULL ? "" : nonroot_argv[0];
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  return strcmp(name, "gosu") == 0 || strcmp(name, "su-exec") == 0;
}

void nonroot_die(const char *message) {
  if (is_gosu()) {
    nonroot_print("error: ", message, "\n");
    _exit(1);
  }
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
