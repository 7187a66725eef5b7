package dev.nook.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Names in the kernel's tables, which hold everybody's bytes. One that is no valid text here keeps
/// its strange bytes as `\ooo`: it is listed, and equals no name of ours.
public final class TableText {
  private TableText() {}

  public static String of(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return octal(bytes);
    }
  }

  public static Path path(byte[] bytes) {
    try {
      return Path.of(of(bytes));
    } catch (InvalidPathException _) {
      return Path.of(octal(bytes));
    }
  }

  private static String octal(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(b > ' ' ? Character.toString(b) : "\\%03o".formatted(b & 0xFF));
    }
    return text.toString();
  }
}
