/* Stands where a library is looked for that root would load. */
#include <unistd.h>

__attribute__((constructor)) static void loaded(void) {
  static const char text[] = "planted\n";
  if (geteuid() == 0 && write(STDOUT_FILENO, text, sizeof text - 1) < 0) {
    _exit(1);
  }
}
