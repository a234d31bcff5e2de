package dev.nonroot.agent;

import java.io.File;
import java.util.function.Supplier;

/** Asks the jnr-posix in the packed agent, as it is asked on macOS and the BSDs. */
@SuppressWarnings("SystemOut")
public final class PortableIdentityApp {
  private PortableIdentityApp() {}

  public static void main(String[] args) throws Exception {
    ClassLoader loader = new IsolatedLoader(new File(args[0]));
    Class<?> agent = loader.loadClass("dev.nonroot.agent.inner.Agent");
    Object access = agent.getConstructor(File.class).newInstance(new File(args[0]));
    ClassLoader jnr = (ClassLoader) agent.getMethod("jnrPosix").invoke(access);
    Class<?> identity = jnr.loadClass("dev.nonroot.jvm.PortableIdentity");
    System.out.println(((Supplier<?>) identity.getConstructor().newInstance()).get());
  }
}
