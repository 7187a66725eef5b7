package dev.nook.store.health;

/// What one step of a pool's housekeeping failed of, while the other steps went on.
///
/// @param step what was being done, as in "emptying the trash"
public record Complaint(String step, Throwable cause) {
  /// One line for people: the message where it was written for them, the exception's name too where
  /// nobody foresaw it.
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
