#define _GNU_SOURCE
#include "nonroot.h"

#include <dlfcn.h>
#include <jvmti.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static jvmtiEnv *jvmti;
static const char *options = "";

static int copy(const char *text, char *buffer, int size) {
  size_t length = strlen(text);
  if (length <= (size_t)size) {
    memcpy(buffer, text, length);
  }
  return (int)length;
}

int nonroot_options(char *buffer, int size) { return copy(options, buffer, size); }

int nonroot_property(const char *name, char *buffer, int size) {
  char *value = NULL;
  if (jvmti == NULL || (*jvmti)->GetSystemProperty(jvmti, name, &value) != JVMTI_ERROR_NONE ||
      value == NULL) {
    return -1;
  }
  int length = copy(value, buffer, size);
  (*jvmti)->Deallocate(jvmti, (unsigned char *)value);
  return length;
}

int nonroot_library(char *buffer, int size) {
  Dl_info info;
  if (dladdr(&jvmti, &info) == 0 || info.dli_fname == NULL) {
    return -1;
  }
  return copy(info.dli_fname, buffer, size);
}

void nonroot_die(const char *message) {
  nonroot_print("nonroot: refused: the agent failed, and who this JVM runs as is not known: ",
                message, " [unknown-identity]\n");
  _exit(77);
}

/*
 * The options of the first time count. It is the JVM that calls this, once for
 * each -agentpath, on one thread.
 */
EXPORT JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *given, void *reserved) {
  static char *acted_on;
  (void)reserved;
  if (given == NULL) {
    given = "";
  }
  if (acted_on != NULL) {
    if (strcmp(acted_on, given) != 0) {
      nonroot_print("nonroot: warning: the agent is given twice, and its second options are ignored: '",
                    given, "' after '");
      nonroot_print(acted_on, "'", "\n");
    }
    return JNI_OK;
  }
  acted_on = strdup(given);
  if (acted_on == NULL) {
    nonroot_die("out of memory");
  }
  options = acted_on;
  if ((*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1_0) != JNI_OK) {
    jvmti = NULL;
  }
  char *none[] = {NULL};
  nonroot_java_main(0, none);
  nonroot_release_heap();
  if (jvmti != NULL) {
    (*jvmti)->DisposeEnvironment(jvmti);
    jvmti = NULL;
  }
  return JNI_OK;
}
