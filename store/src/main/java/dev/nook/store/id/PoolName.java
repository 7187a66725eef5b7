package dev.nook.store.id;

import java.util.regex.Pattern;

/// The name an operator gives a pool: a DNS label.
public record PoolName(String text) implements Comparable<PoolName>, Subject {
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  public static final PoolName DEFAULT = new PoolName("default");

  public PoolName {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "pool name \"%s\": lower-case letters, digits and inner hyphens, at most 63"
              .formatted(text));
    }
  }

  public static boolean isValid(String text) {
    return GRAMMAR.matcher(text).matches();
  }

  @Override
  public String words() {
    return "pool " + text;
  }

  @Override
  public int compareTo(PoolName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
