package dev.nook.store.id;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A CO's name for a volume or a snapshot: data, and never part of a path. At most 128 bytes of
/// UTF-8 without the control characters that the CSI spec forbids; tab, line feed, `/`, `..` and
/// emoji are legal.
public record Name(String text) implements Subject {
  private static final int MAX_BYTES = 128;

  public Name {
    refused(text)
        .ifPresent(why -> {
          throw new IllegalArgumentException(why);
        });
  }

  /// Returns why a text is not a name; empty when it is one.
  public static Optional<String> refused(String text) {
    if (text.isEmpty()) {
      return Optional.of("must not be empty");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return Optional.of("is not valid Unicode");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return Optional.of("is longer than %d bytes".formatted(MAX_BYTES));
    }
    return text.codePoints().anyMatch(Name::forbidden)
        ? Optional.of("contains a control character")
        : Optional.empty();
  }

  private static boolean forbidden(int c) {
    return c <= 0x08
        || c == 0x0B
        || c == 0x0C
        || (c >= 0x0E && c <= 0x1F)
        || (c >= 0x7F && c <= 0x9F);
  }

  @Override
  public String toString() {
    return text;
  }
}
