package dev.nook.driver.cli;

/// Makes foreign text safe for a terminal: names may have any character, and control characters
/// must not move the cursor.
public final class Printable {
  private Printable() {}

  public static String text(String foreign) {
    return foreign.replaceAll("[\\p{Cntrl}\u2028\u2029]", "\ufffd");
  }
}
