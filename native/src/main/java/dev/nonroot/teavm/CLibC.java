package dev.nonroot.teavm;

import dev.nonroot.posix.LibC;
import org.teavm.interop.Address;

/** The C library that this code is linked with. */
final class CLibC implements LibC {
  /** What execve was given last: a search of PATH tries the same, which may be megabytes. */
  private String[] executedArgv;

  private String[] executedEnvp;
  private byte[] arguments;
  private byte[] environment;

  @Override
  public int errno() {
    return C.errno();
  }

  @Override
  public int getresuid(int[] ids) {
    return C.getresuid(Address.ofData(ids));
  }

  @Override
  public int getresgid(int[] ids) {
    return C.getresgid(Address.ofData(ids));
  }

  @Override
  public int getgroups(int[] list) {
    return C.getgroups(list.length, Address.ofData(list));
  }

  @Override
  public int setgroups(int[] list) {
    return C.setgroups(list.length, Address.ofData(list));
  }

  @Override
  public int setresgid(int rgid, int egid, int sgid) {
    return C.setresgid(rgid, egid, sgid);
  }

  @Override
  public int setresuid(int ruid, int euid, int suid) {
    return C.setresuid(ruid, euid, suid);
  }

  @Override
  public int setgid(int gid) {
    return C.setgid(gid);
  }

  @Override
  public int setuid(int uid) {
    return C.setuid(uid);
  }

  @Override
  public int setfsuid(int uid) {
    return C.setfsuid(uid);
  }

  @Override
  public int setfsgid(int gid) {
    return C.setfsgid(gid);
  }

  @Override
  public int capget(long[] sets) {
    return C.capget(Address.ofData(sets));
  }

  @Override
  public int capset(long effective, long permitted, long inheritable) {
    return C.capset(effective, permitted, inheritable);
  }

  @Override
  public int prctl(int option, long arg2, long arg3) {
    return C.prctl(option, arg2, arg3);
  }

  @Override
  public int seccomp(int operation, int flags, long[] filter) {
    return C.seccomp(operation, flags, Address.ofData(filter), filter.length);
  }

  @Override
  public int keyctl(int operation, long arg2) {
    return C.keyctl(operation, arg2);
  }

  @Override
  public int chdir(String path) {
    return C.chdir(Address.ofData(CText.of(path)));
  }

  @Override
  public int access(String path, int mode) {
    return C.access(Address.ofData(CText.of(path)), mode);
  }

  @Override
  public int getrlimit(int resource, long[] limits) {
    return C.getrlimit(resource, Address.ofData(limits));
  }

  @Override
  public int setrlimit(int resource, long soft, long hard) {
    return C.setrlimit(resource, soft, hard);
  }

  @Override
  public int getpid() {
    return C.getpid();
  }

  @Override
  public int tcgetsid(int fd) {
    return C.tcgetsid(fd);
  }

  @Override
  public int openTerminal() {
    return C.openTerminal();
  }

  @Override
  public int openatDirectory(int dirfd, byte[] path, int offset) {
    return C.openatDirectory(dirfd, Address.ofData(path).add(offset));
  }

  @Override
  public int openatPath(int dirfd, byte[] path, int offset) {
    return C.openatPath(dirfd, Address.ofData(path).add(offset));
  }

  @Override
  public int openatFile(int dirfd, byte[] path) {
    return C.openatFile(dirfd, Address.ofData(path));
  }

  @Override
  public int openatNew(int dirfd, byte[] path) {
    return C.openatNew(dirfd, Address.ofData(path));
  }

  @Override
  public int read(int fd, byte[] buffer) {
    return (int) C.read(fd, Address.ofData(buffer), buffer.length);
  }

  @Override
  public int write(int fd, byte[] buffer, int offset, int length) {
    return (int) C.write(fd, Address.ofData(buffer).add(offset), length);
  }

  @Override
  public int mkdirat(int dirfd, byte[] path, int mode) {
    return C.mkdirat(dirfd, Address.ofData(path), mode);
  }

  @Override
  public int renameat2(int dirfd, byte[] from, byte[] to, int flags) {
    return C.renameat2(dirfd, Address.ofData(from), Address.ofData(to), flags);
  }

  @Override
  public int unlinkat(int dirfd, byte[] path, int flags) {
    return C.unlinkat(dirfd, Address.ofData(path), flags);
  }

  @Override
  public int fstatat(int dirfd, byte[] path, int offset, long[] status) {
    return C.fstatat(dirfd, Address.ofData(path).add(offset), Address.ofData(status));
  }

  @Override
  public int statx(int dirfd, byte[] path, int offset, long[] attributes) {
    return C.statx(dirfd, Address.ofData(path).add(offset), Address.ofData(attributes));
  }

  @Override
  public int fchownat(int dirfd, byte[] path, int offset, int uid, int gid) {
    return C.fchownat(dirfd, Address.ofData(path).add(offset), uid, gid);
  }

  @Override
  public int fchmod(int fd, int mode) {
    return C.fchmod(fd, mode);
  }

  @Override
  public int getdents64(int fd, byte[] buffer) {
    return C.getdents64(fd, Address.ofData(buffer), buffer.length);
  }

  @Override
  public int readlink(byte[] path, byte[] buffer) {
    return C.readlink(Address.ofData(path), Address.ofData(buffer), buffer.length);
  }

  @Override
  public int getxattr(byte[] path, byte[] name, byte[] value) {
    return C.getxattr(
        Address.ofData(path), Address.ofData(name), Address.ofData(value), value.length);
  }

  @Override
  public int close(int fd) {
    return C.close(fd);
  }

  @Override
  public int umask(int mask) {
    return C.umask(mask);
  }

  @Override
  public int execve(String path, String[] argv, String[] envp) {
    byte[] file = CText.of(path);
    if (argv != executedArgv || envp != executedEnvp) {
      executedArgv = argv;
      executedEnvp = envp;
      arguments = CText.of(argv);
      environment = CText.of(envp);
    }
    return C.execve(
        Address.ofData(file),
        Address.ofData(arguments),
        argv.length,
        Address.ofData(environment),
        envp.length);
  }
}
