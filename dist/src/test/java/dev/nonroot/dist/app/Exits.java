package dev.nonroot.dist.app;

/** An application that prints its arguments, a second one on stderr, and ends with the first. */
@SuppressWarnings("SystemOut")
public final class Exits {
  private Exits() {}

  public static void main(String[] args) {
    System.out.println(String.join(",", args));
    if (args.length > 1) {
      System.err.println(args[1]);
    }
    System.exit(Integer.parseInt(args[0]));
  }
}
