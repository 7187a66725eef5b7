package dev.nook.store.health;

/// The failure of one step of a pool's housekeeping, while the other steps went on.
///
/// @param step what was being done, such as "emptying the trash"
public record Complaint(String step, Throwable cause) {
  /// Returns one line for people: the message of an exception that was expected, and the name too
  /// of one that was not.
  public static String words(Throwable cause) {
    return switch (cause) {
      case RuntimeException _, Error _ -> "a defect of the driver: " + cause;
      default -> String.valueOf(cause.getMessage());
    };
  }

  @Override
  public String toString() {
    return "%s failed: %s".formatted(step, words(cause));
  }
}
