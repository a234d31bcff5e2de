package dev.nonroot.agent.inner.instrument;

/**
 * Methods that get a call of {@code java.lang.NonrootTrigger}.
 *
 * @param owner the internal name of their class, or what it ends with
 * @param shaded whether it may be in another package, as a library that another one brings along
 * @param method their name
 * @param descriptor their descriptor, or null for all of that name
 * @param place where the call goes
 * @param argument which of their arguments is passed, from 0; at {@link Place#END} it is what was
 *     thrown
 * @param told the name of the method that is called
 * @param toldDescriptor its descriptor
 */
record Hook(
    String owner,
    boolean shaded,
    String method,
    String descriptor,
    Place place,
    int argument,
    String told,
    String toldDescriptor) {
  static final String CONSTRUCTOR = "<init>";

  /** Where in a method. */
  enum Place {
    /** Before all else. */
    START,
    /** Before each return. */
    RETURN,
    /** Before each return, and where an exception leaves the method. */
    END
  }

  /** Wherever the JDK binds a socket to an address, and Netty's native transports. */
  static final Hook[] BIND = {
    bound(
        "sun/nio/ch/Net",
        false,
        "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)V",
        3,
        "(I)V"),
    // Java 17 only, and there only with the properties jdk.net.usePlain(Datagram)SocketImpl
    bound("java/net/AbstractPlainSocketImpl", false, "(Ljava/net/InetAddress;I)V", 1, "(I)V"),
    bound(
        "java/net/AbstractPlainDatagramSocketImpl", false, "(ILjava/net/InetAddress;)V", 0, "(I)V"),
    bound(
        "io/netty/channel/unix/Socket",
        true,
        "(Ljava/net/SocketAddress;)V",
        0,
        "(Ljava/net/SocketAddress;)V")
  };

  /** Whatever of the JDK starts a process passes here. */
  static final Hook SPAWN =
      new Hook(
          "java/lang/ProcessImpl",
          false,
          "start",
          "([Ljava/lang/String;Ljava/util/Map;Ljava/lang/String;"
              + "[Ljava/lang/ProcessBuilder$Redirect;Z)Ljava/lang/Process;",
          Place.START,
          0,
          "spawning",
          "([Ljava/lang/String;)V");

  private static Hook bound(
      String owner, boolean shaded, String descriptor, int argument, String toldDescriptor) {
    return new Hook(
        owner, shaded, "bind", descriptor, Place.RETURN, argument, "bound", toldDescriptor);
  }

  /** The methods, or constructors, of one name. */
  static Hook methods(String className, String method) {
    return new Hook(
        className.replace('.', '/'),
        false,
        method,
        null,
        Place.END,
        0,
        "ended",
        "(Ljava/lang/Throwable;)V");
  }

  boolean isOfConstructor() {
    return method.equals(CONSTRUCTOR);
  }

  boolean isIn(String internalName) {
    return shaded
        ? internalName.endsWith(owner)
            && (internalName.length() == owner.length()
                || internalName.charAt(internalName.length() - owner.length() - 1) == '/')
        : internalName.equals(owner);
  }

  boolean isOf(String name, String itsDescriptor) {
    return name.equals(method) && (descriptor == null || descriptor.equals(itsDescriptor));
  }
}
