package dev.nook.linux.syscall;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Converts names between Java and the kernel, for which a name is any bytes but NUL and `/`. A
/// byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte and is converted
/// back unchanged, so every file can be reached.
final class CString {
  private static final int ESCAPE = 0xDC00;

  private CString() {}

  /// Returns the bytes with a NUL at the end. Refuses a NUL inside, which would cut the name short.
  static byte[] bytes(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a file name holds a NUL byte");
    }
    if (name.chars().allMatch(each -> each < 0x80)) {
      return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), name.length() + 1);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length() + 1);
    for (int at = 0; at < name.length(); ) {
      int codePoint = name.codePointAt(at);
      if (codePoint >= ESCAPE + 0x80 && codePoint <= ESCAPE + 0xFF) {
        bytes.write(codePoint - ESCAPE);
      } else {
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
      }
      at += Character.charCount(codePoint);
    }
    bytes.write(0);
    return bytes.toByteArray();
  }

  static String text(byte[] bytes, int from, int to) {
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
    CharBuffer out = CharBuffer.allocate(to - from);
    while (in.hasRemaining()) {
      CoderResult result = utf8.decode(in, out, true);
      for (int bad = result.isError() ? result.length() : 0; bad > 0; bad--) {
        out.put((char) (ESCAPE + (in.get() & 0xFF)));
      }
    }
    return out.flip().toString();
  }

  static int end(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return end;
  }
}
