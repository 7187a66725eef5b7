package dev.nook.driver;

/// Text that came from elsewhere, fit for a terminal: a name may hold any character, and a control
/// character must not move the cursor.
final class Printable {
  private Printable() {}

  static String text(String foreign) {
    return foreign.replaceAll("[\\p{Cntrl}\u2028\u2029]", "\ufffd");
  }
}
