package dev.nonroot.dist.app;

/** An application that runs until it is told to end, and says so in a shutdown hook. */
@SuppressWarnings("SystemOut")
public final class Serves {
  private Serves() {}

  public static void main(String[] args) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("shutdown hook")));
    System.out.println("ready");
    Thread.sleep(60_000);
    System.exit(1);
  }
}
