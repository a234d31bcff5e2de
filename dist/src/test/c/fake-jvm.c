/*
 * fake-jvm LIBRARY OPTIONS [THREADS [BYTES]]: a process that loads the agent as a
 * JVM does, but has nothing that the agent could ask it: GetEnv fails.
 *
 * OPTIONS is '-' for none, and '@N' for N letters. THREADS run beside, and
 * BYTES of address space are left. Prints what Agent_OnLoad has returned, by how
 * much the anonymous mappings have grown, and for each thread who it is.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static jint JNICALL get_env(JavaVM *vm, void **result, jint version) {
  (void)vm, (void)version;
  *result = NULL;
  return JNI_EVERSION;
}

static void *wait_forever(void *nothing) {
  for (;;) {
    pause();
  }
  return nothing;
}

/* kB of a kind of mappings: all, or those of no file. */
static long mapped(int anonymous_only) {
  char line[4096];
  long total = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end, inode;
    if (sscanf(line, "%lx-%lx %*s %*s %*s %lu", &start, &end, &inode) == 3 &&
        (!anonymous_only || inode == 0)) {
      total += (long)(end - start) / 1024;
    }
  }
  fclose(maps);
  return total;
}

static void print_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    char path[512], line[4096];
    snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
    FILE *status = task->d_name[0] == '.' ? NULL : fopen(path, "r");
    if (status == NULL) {
      continue;
    }
    while (fgets(line, sizeof line, status) != NULL) {
      static const char *const keys[] = {"Uid:",    "Gid:",    "Groups:", "CapInh:",
                                         "CapPrm:", "CapEff:", "CapAmb:", "NoNewPrivs:"};
      for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strncmp(line, keys[i], strlen(keys[i])) == 0) {
          for (char *word = strtok(line, " \t\n"); word != NULL; word = strtok(NULL, " \t\n")) {
            printf("%s ", word);
          }
        }
      }
    }
    fclose(status);
    printf("\n");
  }
  closedir(tasks);
}

int main(int argc, char **argv) {
  struct JNIInvokeInterface_ functions = {.GetEnv = get_env};
  JavaVM vm = &functions;
  if (argc < 3) {
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  jint (*on_load)(JavaVM *, char *, void *);
  *(void **)&on_load = dlsym(library, "Agent_OnLoad");
  if (on_load == NULL) {
    return 2;
  }
  char *options = argv[2];
  if (strcmp(options, "-") == 0) {
    options = NULL;
  } else if (options[0] == '@') {
    size_t length = strtoul(options + 1, NULL, 10);
    options = malloc(length + 1);
    memset(options, 'x', length);
    options[length] = 0;
  }
  for (int i = argc > 3 ? atoi(argv[3]) : 0; i > 0; i--) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_forever, NULL) != 0) {
      return 2;
    }
  }
  if (argc > 4) {
    rlim_t most = (rlim_t)mapped(0) * 1024 + strtoul(argv[4], NULL, 10);
    struct rlimit limit = {most, most};
    if (setrlimit(RLIMIT_AS, &limit) != 0) {
      return 2;
    }
  }
  long before = mapped(1);
  int result = on_load(&vm, options, NULL);
  printf("returned %d, grown by %ld kB\n", result, mapped(1) - before);
  print_threads();
  return 0;
}
