#define _GNU_SOURCE
#include "nonroot.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <jvmti.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static jvmtiEnv *jvmti;
static const char *options = "";

/* Who the process has become, or NULL. */
static char *user_name, *user_home;

int nonroot_options(char *buffer, int size) { return nonroot_copy(options, buffer, size); }

int nonroot_property(const char *name, char *buffer, int size) {
  char *value = NULL;
  if (jvmti == NULL || (*jvmti)->GetSystemProperty(jvmti, name, &value) != JVMTI_ERROR_NONE ||
      value == NULL) {
    return -1;
  }
  int length = nonroot_copy(value, buffer, size);
  (*jvmti)->Deallocate(jvmti, (unsigned char *)value);
  return length;
}

int nonroot_library(char *buffer, int size) {
  Dl_info info;
  if (dladdr(&jvmti, &info) == 0 || info.dli_fname == NULL) {
    return -1;
  }
  return nonroot_copy(info.dli_fname, buffer, size);
}

/*
 * Where the caller has closed stderr, its descriptor can be a file of the JVM's
 * by now. That has FD_CLOEXEC, which what comes from a caller cannot have.
 */
int nonroot_has_stderr(void) {
  int flags = fcntl(STDERR_FILENO, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

static void say(const char *first, const char *second, const char *third) {
  if (nonroot_has_stderr()) {
    nonroot_print(first, second, third);
  }
}

void nonroot_die(const char *message) {
  say("nonroot: refused: the agent failed, and who this JVM runs as is not known: ", message,
      " [unknown-identity]\n");
  _exit(77);
}

static char *copy_of(const char *text) {
  char *result = strdup(text);
  if (result == NULL) {
    nonroot_die("out of memory");
  }
  return result;
}

void nonroot_become(const char *name, const char *home) {
  user_name = copy_of(name);
  user_home = copy_of(home);
}

static int is_ascii(const char *text) {
  while (*text != 0 && (unsigned char)*text < 0x80) {
    text++;
  }
  return *text == 0;
}

static void set_property(JNIEnv *jni, const char *name, const char *value) {
  char given;
  /* JNI takes UTF-8: what is not ASCII is as the JVM itself has found it, by the same entry. */
  if (!is_ascii(value) || nonroot_property(name, &given, 0) >= 0) {
    return;
  }
  jclass system = (*jni)->FindClass(jni, "java/lang/System");
  jmethodID method =
      system == NULL ? NULL
                     : (*jni)->GetStaticMethodID(
                           jni, system, "setProperty",
                           "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
  jstring key = method == NULL ? NULL : (*jni)->NewStringUTF(jni, name);
  jstring text = key == NULL ? NULL : (*jni)->NewStringUTF(jni, value);
  if (text != NULL) {
    (*jni)->CallStaticObjectMethod(jni, system, method, key, text);
  }
  if ((*jni)->ExceptionCheck(jni)) {
    (*jni)->ExceptionClear(jni);
    say("nonroot: warning: ", name, " could not be set\n");
  }
}

static void forget_jvm(void) {
  if (jvmti != NULL) {
    (*jvmti)->DisposeEnvironment(jvmti);
    jvmti = NULL;
  }
}

/*
 * Before the main class, on the main thread. What was given by -D stays. The
 * JVM would find most of it by itself, but for a uid without an entry in
 * /etc/passwd each version of Java says something else, and some $HOME, which
 * is root's.
 */
static void JNICALL on_vm_init(jvmtiEnv *env, JNIEnv *jni, jthread thread) {
  (void)env;
  (void)thread;
  set_property(jni, "user.name", user_name);
  set_property(jni, "user.home", user_home);
  forget_jvm();
}

static jvmtiError await_vm_init(void) {
  jvmtiEventCallbacks callbacks;
  memset(&callbacks, 0, sizeof callbacks);
  callbacks.VMInit = on_vm_init;
  jvmtiError error = (*jvmti)->SetEventCallbacks(jvmti, &callbacks, sizeof callbacks);
  if (error == JVMTI_ERROR_NONE) {
    error = (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, NULL);
  }
  return error;
}

/* A copy for a message, which is one line. */
static char *printable(const char *text) {
  char *result = copy_of(text);
  for (char *c = result; *c != 0; c++) {
    if ((unsigned char)*c < ' ' || *c == 0x7f) {
      *c = ' ';
    }
  }
  return result;
}

static void warn_of_second(const char *first, const char *second) {
  char *text = printable(second);
  say("nonroot: warning: the agent is given twice, and its second options are ignored: '", text,
      "' after '");
  free(text);
  text = printable(first);
  say(text, "'", "\n");
  free(text);
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
      warn_of_second(acted_on, given);
    }
    return JNI_OK;
  }
  acted_on = copy_of(given);
  options = acted_on;
  if ((*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1_0) != JNI_OK) {
    jvmti = NULL;
  }
  char *none[] = {NULL};
  nonroot_java_main(0, none);
  nonroot_release_heap();
  if (user_name == NULL || jvmti == NULL) {
    forget_jvm();
  } else if (await_vm_init() != JVMTI_ERROR_NONE) {
    say("nonroot: warning: ", "user.name and user.home could not be set", "\n");
    forget_jvm();
  }
  return JNI_OK;
}
