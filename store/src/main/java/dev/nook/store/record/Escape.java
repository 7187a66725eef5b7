package dev.nook.store.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Writes any text as one line of printable ASCII: `%` and every byte of UTF-8 that is not
/// printable ASCII become `%XX`.
final class Escape {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Escape() {}

  static String of(String value) {
    StringBuilder text = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (plain(b & 0xff)) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
    return text.toString();
  }

  static String read(String text) throws BadRecord {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (plain(c)) {
        bytes.write(c);
      } else if (c == '%' && i + 2 < text.length() && hex(text, i + 1) && hex(text, i + 2)) {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        throw new BadRecord("is damaged: a value is not escaped");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException _) {
      throw new BadRecord("is damaged: a value is not Unicode");
    }
  }

  private static boolean plain(int c) {
    return c >= ' ' && c <= '~' && c != '%';
  }

  private static boolean hex(String text, int at) {
    char c = text.charAt(at);
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
  }
}
