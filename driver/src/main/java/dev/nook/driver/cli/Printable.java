package dev.nook.driver.cli;

/// Text that came from elsewhere, fit for a terminal: a name may hold any character, and a control
/// character must not move the cursor.
public final class Printable {
  private Printable() {}

  public static String text(String foreign) {
    return foreign.replaceAll("[\\p{Cntrl}\u2028\u2029]", "\ufffd");
  }
}
