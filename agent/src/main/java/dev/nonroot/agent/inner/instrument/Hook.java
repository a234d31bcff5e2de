package dev.nonroot.agent.inner.instrument;

/**
 * Methods that get advice.
 *
 * @param owner the internal name of their class, or what it ends with
 * @param shaded whether it may be in another package, as a library that another one brings along
 * @param method their name
 * @param descriptor their descriptor, or null for all of that name
 * @param advice the simple name of the advice, a class of this package
 */
public record Hook(String owner, boolean shaded, String method, String descriptor, String advice) {
  private static final String CONSTRUCTOR = "<init>";

  /** Wherever the JDK binds a socket to an address, and Netty's native transports. */
  static final Hook[] BIND = {
    new Hook(
        "sun/nio/ch/Net",
        false,
        "bind",
        "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)V",
        "BoundFourth"),
    // Java 17 only, and there only with the properties jdk.net.usePlain(Datagram)SocketImpl
    new Hook(
        "java/net/AbstractPlainSocketImpl",
        false,
        "bind",
        "(Ljava/net/InetAddress;I)V",
        "BoundSecond"),
    new Hook(
        "java/net/AbstractPlainDatagramSocketImpl",
        false,
        "bind",
        "(ILjava/net/InetAddress;)V",
        "BoundFirst"),
    new Hook(
        "io/netty/channel/unix/Socket", true, "bind", "(Ljava/net/SocketAddress;)V", "BoundAddress")
  };

  /** Whatever of the JDK starts a process passes here. */
  static final Hook SPAWN =
      new Hook(
          "java/lang/ProcessImpl",
          false,
          "start",
          "([Ljava/lang/String;Ljava/util/Map;Ljava/lang/String;"
              + "[Ljava/lang/ProcessBuilder$Redirect;Z)Ljava/lang/Process;",
          "Spawning");

  /** The methods, or constructors, of one name. */
  static Hook methods(String className, String method) {
    String advice = method.equals(CONSTRUCTOR) ? "ConstructorEnded" : "MethodEnded";
    return new Hook(className.replace('.', '/'), false, method, null, advice);
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
}
