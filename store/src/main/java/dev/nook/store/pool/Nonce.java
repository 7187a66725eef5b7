package dev.nook.store.pool;

import java.util.concurrent.ThreadLocalRandom;

/// What keeps two directories of one id apart in `staging/` and `trash/`.
final class Nonce {
  private Nonce() {}

  static String next() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  }
}
