package dev.nook.store.volume;

import java.util.stream.LongStream;

/// Sums of bytes that neither wrap nor fall below zero. A sum that is too large for a `long` is
/// [Long#MAX_VALUE], which no pool has, so it is refused and not taken for a small one.
public final class Bytes {
  private Bytes() {}

  public static long plus(long bytes, long more) {
    long sum = bytes + more;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  public static long minus(long bytes, long less) {
    return Math.max(0, bytes - less);
  }

  public static long sum(LongStream all) {
    return all.reduce(0, Bytes::plus);
  }
}
