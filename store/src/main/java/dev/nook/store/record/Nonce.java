package dev.nook.store.record;

import java.util.concurrent.ThreadLocalRandom;

/// Makes names that keep two directories of one id apart in `staging/` and `trash/`.
public final class Nonce {
  private Nonce() {}

  public static String next() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  }
}
