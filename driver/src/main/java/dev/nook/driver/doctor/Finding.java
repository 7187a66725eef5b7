package dev.nook.driver.doctor;

import java.util.Optional;

/// One line of `nook doctor`: the subject, what was found, and the fix where there is one.
public record Finding(Mark mark, String subject, String found, Optional<String> fix) {
  public enum Mark {
    /// Nothing is wrong.
    FINE("✓"),
    /// Nook serves, but with less than it could.
    LESS("!"),
    /// Nook cannot serve.
    MISSING("✗");

    private final String sign;

    Mark(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }
  }

  static Finding fine(String subject, String found) {
    return new Finding(Mark.FINE, subject, found, Optional.empty());
  }

  static Finding less(String subject, String found, String fix) {
    return new Finding(Mark.LESS, subject, found, Optional.of(fix));
  }

  static Finding missing(String subject, String found, String fix) {
    return new Finding(Mark.MISSING, subject, found, Optional.of(fix));
  }

  @Override
  public String toString() {
    return "%s %s: %s%s"
        .formatted(mark.sign(), subject, found, fix.map(text -> "\n    → " + text).orElse(""));
  }
}
