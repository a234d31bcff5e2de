package dev.nonroot.dist.launcher;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The system calls of a launcher until it becomes its command, which is {@link #COMMAND}. */
final class Trace {
  static final List<String> COMMAND = List.of("/bin/echo", "ran");

  /**
   * Those that can fail. Left out is what has nothing to fail with, or where nothing is to be done
   * about it: close, fcntl(F_SETFD) after O_CLOEXEC, munmap, brk (musl takes mmap then), umask,
   * tcgetsid's ioctl, and musl's rt_sigprocmask.
   */
  private static final String CALLS =
      "open,openat,read,write,readlink,fstat,newfstatat,fstatfs,getdents64,mkdirat,renameat2,renameat,getresuid,getresgid,prctl,capget,capset,setgroups,setresgid,"
          + "setresuid,setuid,setgid,seccomp,keyctl,fchmod,prlimit64,setrlimit,getrlimit,fchownat,chdir,execve,"
          + "mmap,mprotect";

  private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\) += (-?\\w+).*");
  private static final Pattern OPENED = Pattern.compile("(?:AT_FDCWD, |\\d+, )?\"([^\"]*)\".*");

  private Trace() {}

  /**
   * @param name the call's
   * @param when its how manieth of that name it is, as strace's inject counts them
   * @param text the line, with the path in place of a descriptor of the launcher's
   */
  record Call(String name, int when, String text) {
    /** What the line starts with: open for an openat that names a file by an absolute path. */
    String verb() {
      return text.replaceFirst("\\W.*", "");
    }

    /** Of calls of one kind, as of the 40 that drop a capability each, not every one is tried. */
    String kind() {
      int comma = text.indexOf(',');
      return name.equals("prctl") && comma > 0 ? text.substring(0, comma) : text;
    }
  }

  /** What strace is told by other options besides. */
  static List<String> strace(String... options) {
    List<String> strace = new ArrayList<>(List.of("strace", "-qq"));
    strace.addAll(List.of(options));
    return strace;
  }

  /** The calls of a run, the first, second and last of each kind. */
  static List<Call> of(Scenario scenario) throws IOException, InterruptedException {
    Path file = Open.directory().resolve("trace-" + scenario.name());
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    Run.Result result =
        scenario.run(strace("-o", file.toString(), "-s", "200", "-e", "trace=" + CALLS)).go();
    if (!result.stdout().equals("ran\n")) {
      throw new AssertionError(result.toString());
    }
    return chosen(parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1)));
  }

  private static List<Call> parse(List<String> lines) {
    List<Call> calls = new ArrayList<>();
    Map<String, Integer> counts = new HashMap<>();
    Map<String, String> open = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) { // the first is strace's own execve
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new AssertionError(line);
      }
      String name = matcher.group(1);
      String arguments = matcher.group(2);
      String first = arguments.replaceFirst("[,{].*", "");
      int when = counts.merge(name, 1, Integer::sum);
      String text = name + "(" + arguments + ") = " + matcher.group(3);
      if (name.startsWith("open")) {
        Matcher path = OPENED.matcher(arguments);
        if (path.matches() && !path.group(1).equals(".")) {
          open.put(matcher.group(3), path.group(1));
        }
        text = text.replaceFirst("^openat\\(AT_FDCWD, \"/(etc|proc)/", "open(\"/$1/");
      } else if (List.of("read", "fstat", "fstatfs", "getdents64").contains(name)) {
        text = name + "(" + open.get(first) + (arguments.endsWith(", 0") ? ", no room" : "");
      } else if (name.startsWith("m")) {
        text = name + " " + when + (arguments.contains("MAP_FIXED") ? " fixed" : "");
      }
      calls.add(new Call(name, when, text));
      if (text.startsWith("execve(\"" + COMMAND.get(0))) {
        return calls;
      }
    }
    throw new AssertionError("no execve in " + lines);
  }

  private static List<Call> chosen(List<Call> all) {
    Map<String, List<Call>> kinds = new HashMap<>();
    for (Call call : all) {
      kinds.computeIfAbsent(call.kind(), kind -> new ArrayList<>()).add(call);
    }
    List<Call> chosen = new ArrayList<>();
    for (Call call : all) {
      List<Call> kind = kinds.get(call.kind());
      int index = kind.indexOf(call);
      if (index < 2 || index == kind.size() - 1) {
        chosen.add(call);
      }
    }
    return chosen;
  }
}
