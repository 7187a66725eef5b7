package dev.nook.driver.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Parses and prints numbers of bytes as people write them: `10Gi`, `500M`, `4096`.
public final class Size {
  static final String GRAMMAR = "a size such as 10Gi, 500M or a number of bytes";

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,18})(?:\\.([0-9]{1,6}))?([KMGTP]i?|)B?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "K",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L,
          "P",
          1_000_000_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40,
          "Pi",
          1L << 50);

  private Size() {}

  static long parse(String text) {
    var matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"%s\" is not %s".formatted(text, GRAMMAR));
    }
    long unit = UNITS.getOrDefault(matcher.group(3), 1L);
    try {
      return Math.addExact(
          Math.multiplyExact(Long.parseLong(matcher.group(1)), unit),
          matcher.group(2) == null ? 0 : fraction(matcher.group(2), unit));
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException("\"%s\" is more than any disk has".formatted(text));
    }
  }

  /// Returns the whole bytes of a part of a unit, in steps that do not overflow. A start reads
  /// sizes, and would take 15 ms longer with BigDecimal.
  private static long fraction(String digits, long unit) {
    long of = Math.powExact(10L, digits.length());
    long part = Long.parseLong(digits);
    return part * (unit / of) + part * (unit % of) / of;
  }

  /// Prints bytes in the largest unit that fits, with one decimal where needed: `1.5 GiB`.
  public static String text(long bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (Math.abs(bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    int unit = 0;
    while (Math.abs(value) >= 1023.95 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    String digits = String.format(Locale.ROOT, "%.1f", value);
    return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits)
        + " "
        + units[unit];
  }
}
