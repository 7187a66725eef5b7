package dev.nook.store.pool;

import dev.nook.store.StorageException;
import java.io.IOException;

/// What one step of a pool's housekeeping failed of, while the other steps went on.
///
/// @param step what was being done, as in "emptying the trash"
public record Complaint(String step, Throwable cause) {
  /// One line for people: the message where it was written for them, the exception's name too where
  /// nobody foresaw it.
  static String words(Throwable cause) {
    return switch (cause) {
      case StorageException _, IOException _, PoolHeld _ -> String.valueOf(cause.getMessage());
      default -> "a defect of the driver: " + cause;
    };
  }

  @Override
  public String toString() {
    return "%s failed: %s".formatted(step, words(cause));
  }
}
