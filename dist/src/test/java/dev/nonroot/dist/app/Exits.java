package dev.nonroot.dist.app;

/** An application that prints its arguments and ends with the first one as its code. */
@SuppressWarnings("SystemOut")
public final class Exits {
  private Exits() {}

  public static void main(String[] args) {
    System.out.println(String.join(",", args));
    System.exit(Integer.parseInt(args[0]));
  }
}
