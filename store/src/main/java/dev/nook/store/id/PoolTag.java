package dev.nook.store.id;

import java.util.UUID;
import java.util.regex.Pattern;

/// The first part of every id that a pool gives out: 8 base32 characters of its UUID, so that an id
/// tells its pool.
public record PoolTag(String text) {
  private static final Pattern GRAMMAR = Pattern.compile("[a-z2-7]{8}");

  public PoolTag {
    if (!GRAMMAR.matcher(text).matches()) {
      throw new IllegalArgumentException("not a pool tag: " + text);
    }
  }

  public static PoolTag of(UUID pool) {
    return new PoolTag(Base32.of(pool.getMostSignificantBits()).substring(0, 8));
  }

  @Override
  public String toString() {
    return text;
  }
}
