#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <jni.h>

#define EXPORT __attribute__((visibility("default")))

enum { FUNCTION, ARGUMENTS, ERRNO = 7, LENGTH };

typedef jlong function(jlong, jlong, jlong, jlong, jlong, jlong);

/* What NativeAccess.calls() in Java says. */
static jlong call(JNIEnv *jni, jobject buffer, jlongArray numbers) {
  if (numbers == NULL) {
    return (jlong)(*jni)->GetDirectBufferAddress(jni, buffer);
  }
  jlong n[LENGTH];
  (*jni)->GetLongArrayRegion(jni, numbers, 0, LENGTH, n);
  if ((*jni)->ExceptionCheck(jni)) {
    return -1;
  }
  if (n[FUNCTION] == 0) {
    return (jlong)dlsym(RTLD_DEFAULT, (const char *)n[ARGUMENTS]);
  }
  const jlong *a = n + ARGUMENTS;
  errno = 0;
  jlong result = ((function *)n[FUNCTION])(a[0], a[1], a[2], a[3], a[4], a[5]);
  n[ERRNO] = errno;
  (*jni)->SetLongArrayRegion(jni, numbers, ERRNO, 1, n + ERRNO);
  return result;
}

/* The agent's. */
EXPORT jlong JNICALL Java_java_lang_NonrootCalls_applyAsLong(JNIEnv *jni, jobject self,
                                                             jobject buffer, jlongArray numbers) {
  (void)self;
  return call(jni, buffer, numbers);
}

/* The launcher's. */
EXPORT jlong JNICALL Java_dev_nonroot_launcher_LauncherCalls_applyAsLong(JNIEnv *jni, jobject self,
                                                                         jobject buffer,
                                                                         jlongArray numbers) {
  (void)self;
  return call(jni, buffer, numbers);
}
