package dev.nook.store.id;

import java.nio.ByteBuffer;

/// RFC 4648 base32 in lower case without padding: safe in file names on any filesystem. It is
/// written by hand because the store sees no library that has it: Guava comes with gRPC, which the
/// store must not depend on.
final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte b : bytes) {
      buffer = (buffer << 8) | (b & 0xff);
      bits += 8;
      while (bits >= 5) {
        text.append(ALPHABET.charAt((buffer >> (bits - 5)) & 31));
        bits -= 5;
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((buffer << (5 - bits)) & 31));
    }
    return text.toString();
  }

  static String of(long bits) {
    return of(ByteBuffer.allocate(Long.BYTES).putLong(bits).array());
  }
}
