package dev.nonroot.dist.container;

import java.util.List;

/** What is not there, or not allowed, in the file system of a container. */
enum FileSystem {
  NORMAL(""),
  READ_ONLY("--read-only --read-only-tmpfs=false"),
  NOEXEC_TMP("--tmpfs /tmp:rw,noexec,mode=1777"),
  NO_TASKS("--security-opt mask=/proc/1/task"),
  NO_PASSWD("--passwd=false");

  private final String options;

  FileSystem(String options) {
    this.options = options;
  }

  List<String> options() {
    return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
  }

  /** The image for it, from that of a base. */
  String image(Base base) throws Exception {
    String image = Engine.image(base);
    return this == NO_PASSWD
        ? Engine.build(
            "localhost/nonroot-test-no-passwd:" + base.tag(),
            "FROM " + image,
            "RUN rm /etc/passwd /etc/group")
        : image;
  }
}
