package dev.nook.tools.bench.process;

/// The least that a JVM can do: the baseline of every start.
final class Hello {
  private Hello() {}

  @SuppressWarnings("SystemOut") // It is a program of its own.
  public static void main(String[] arguments) throws InterruptedException {
    System.out.println("hello");
    Thread.sleep(Long.MAX_VALUE); // Until it is ended, as a driver is.
  }
}
