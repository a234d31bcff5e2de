package dev.nonroot.teavm;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/**
 * The C functions that are called, by their names: the C library's, and those of {@code nonroot.h}
 * for what is no function there, or has a structure that differs from one processor to the next.
 */
@Include("sys/types.h")
final class C {
  private C() {}

  @Import(name = "nonroot_errno")
  @Include(value = "nonroot.h", isSystem = false)
  static native int errno();

  @Import(name = "nonroot_getresuid")
  @Include(value = "nonroot.h", isSystem = false)
  static native int getresuid(Address ids);

  @Import(name = "nonroot_getresgid")
  @Include(value = "nonroot.h", isSystem = false)
  static native int getresgid(Address ids);

  @Import(name = "getgroups")
  @Include("unistd.h")
  static native int getgroups(int size, Address list);

  @Import(name = "setgroups")
  @Include("grp.h")
  static native int setgroups(long size, Address list);

  @Import(name = "setresgid")
  @Include("unistd.h")
  static native int setresgid(int real, int effective, int saved);

  @Import(name = "setresuid")
  @Include("unistd.h")
  static native int setresuid(int real, int effective, int saved);

  @Import(name = "setgid")
  @Include("unistd.h")
  static native int setgid(int gid);

  @Import(name = "setuid")
  @Include("unistd.h")
  static native int setuid(int uid);

  @Import(name = "setfsuid")
  @Include("sys/fsuid.h")
  static native int setfsuid(int uid);

  @Import(name = "setfsgid")
  @Include("sys/fsuid.h")
  static native int setfsgid(int gid);

  @Import(name = "nonroot_capget")
  @Include(value = "nonroot.h", isSystem = false)
  static native int capget(Address sets);

  @Import(name = "nonroot_capset")
  @Include(value = "nonroot.h", isSystem = false)
  static native int capset(long effective, long permitted, long inheritable);

  @Import(name = "nonroot_prctl")
  @Include(value = "nonroot.h", isSystem = false)
  static native int prctl(int option, long arg2, long arg3);

  @Import(name = "nonroot_seccomp")
  @Include(value = "nonroot.h", isSystem = false)
  static native int seccomp(int operation, int flags, Address filter, int length);

  @Import(name = "nonroot_keyctl")
  @Include(value = "nonroot.h", isSystem = false)
  static native int keyctl(int operation, long arg2);

  @Import(name = "chdir")
  @Include("unistd.h")
  static native int chdir(Address path);

  @Import(name = "access")
  @Include("unistd.h")
  static native int access(Address path, int mode);

  @Import(name = "umask")
  @Include("sys/stat.h")
  static native int umask(int mask);

  @Import(name = "nonroot_execve")
  @Include(value = "nonroot.h", isSystem = false)
  static native int execve(Address path, Address argv, int argc, Address envp, int envc);

  @Import(name = "nonroot_open")
  @Include(value = "nonroot.h", isSystem = false)
  static native int open(Address path);

  @Import(name = "nonroot_open_proc")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openProc(Address path);

  @Import(name = "nonroot_open_regular")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openRegular(Address path);

  @Import(name = "nonroot_open_to_append")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openToAppend(Address path, int follow);

  @Import(name = "read")
  @Include("unistd.h")
  static native long read(int fd, Address buffer, long size);

  @Import(name = "write")
  @Include("unistd.h")
  static native long write(int fd, Address buffer, long size);

  @Import(name = "close")
  @Include("unistd.h")
  static native int close(int fd);

  @Import(name = "nonroot_status")
  @Include(value = "nonroot.h", isSystem = false)
  static native int status(Address path, Address result);

  @Import(name = "nonroot_real_path")
  @Include(value = "nonroot.h", isSystem = false)
  static native int realPath(Address path, Address result, int size);

  @Import(name = "getpid")
  @Include("unistd.h")
  static native int getpid();

  @Import(name = "nonroot_args")
  @Include(value = "nonroot.h", isSystem = false)
  static native int args(Address block, int size);

  @Import(name = "nonroot_environ")
  @Include(value = "nonroot.h", isSystem = false)
  static native int environ(Address block, int size);

  @Import(name = "_exit")
  @Include("unistd.h")
  static native void exit(int code);

  @Import(name = "nonroot_version")
  @Include(value = "nonroot.h", isSystem = false)
  static native int version(Address text, int size);

  @Import(name = "nonroot_getrlimit")
  @Include(value = "nonroot.h", isSystem = false)
  static native int getrlimit(int resource, Address limits);

  @Import(name = "nonroot_setrlimit")
  @Include(value = "nonroot.h", isSystem = false)
  static native int setrlimit(int resource, long soft, long hard);

  @Import(name = "tcgetsid")
  @Include("termios.h")
  static native int tcgetsid(int fd);

  @Import(name = "nonroot_open_terminal")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openTerminal();

  @Import(name = "nonroot_openat_directory")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openatDirectory(int dirfd, Address path);

  @Import(name = "nonroot_openat_path")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openatPath(int dirfd, Address path);

  @Import(name = "nonroot_openat_file")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openatFile(int dirfd, Address path);

  @Import(name = "nonroot_openat_new")
  @Include(value = "nonroot.h", isSystem = false)
  static native int openatNew(int dirfd, Address path);

  @Import(name = "mkdirat")
  @Include("sys/stat.h")
  static native int mkdirat(int dirfd, Address path, int mode);

  @Import(name = "nonroot_renameat2")
  @Include(value = "nonroot.h", isSystem = false)
  static native int renameat2(int dirfd, Address from, Address to, int flags);

  @Import(name = "unlinkat")
  @Include("unistd.h")
  static native int unlinkat(int dirfd, Address path, int flags);

  @Import(name = "nonroot_fstatat")
  @Include(value = "nonroot.h", isSystem = false)
  static native int fstatat(int dirfd, Address path, Address status);

  @Import(name = "nonroot_statx")
  @Include(value = "nonroot.h", isSystem = false)
  static native int statx(int dirfd, Address path, Address attributes);

  @Import(name = "nonroot_fchownat")
  @Include(value = "nonroot.h", isSystem = false)
  static native int fchownat(int dirfd, Address path, int uid, int gid);

  @Import(name = "fchmod")
  @Include("sys/stat.h")
  static native int fchmod(int fd, int mode);

  @Import(name = "nonroot_getdents64")
  @Include(value = "nonroot.h", isSystem = false)
  static native int getdents64(int fd, Address buffer, int size);

  @Import(name = "readlink")
  @Include("unistd.h")
  static native int readlink(Address path, Address buffer, int size);

  @Import(name = "getxattr")
  @Include("sys/xattr.h")
  static native int getxattr(Address path, Address name, Address value, int size);

  @Import(name = "poll")
  @Include("poll.h")
  static native int poll(Address descriptors, int count, int millis);
}
