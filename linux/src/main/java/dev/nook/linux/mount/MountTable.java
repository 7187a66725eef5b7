package dev.nook.linux.mount;

import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.PseudoFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the text of `/proc/PID/mountinfo`
/// ([proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)).
///
/// It has everybody's mounts under any name. A mount point that is not a valid path here keeps its
/// strange bytes as `\ooo`: it is listed, and equals no path of ours.
public final class MountTable {
  private static final int OPTIONAL_FIELDS = 6;

  private MountTable() {}

  /// Returns the mounts that a process sees, by its directory in `/proc`.
  public static List<Mounts.Entry> of(Path process) throws IOException {
    return parse(PseudoFile.read(process.resolve("mountinfo")));
  }

  static List<Mounts.Entry> parse(byte[] mountinfo) throws IOException {
    List<Mounts.Entry> entries = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < mountinfo.length; at++) {
      if (mountinfo[at] == '\n') {
        entries.add(line(new String(mountinfo, start, at - start, StandardCharsets.ISO_8859_1)));
        start = at + 1;
      }
    }
    return entries;
  }

  /// Parses one line, in which each byte is a character. Only the number of optional fields varies;
  /// they end at `-`.
  private static Mounts.Entry line(String line) throws IOException {
    String[] fields = line.split(" ", -1);
    int dash = Arrays.asList(fields).indexOf("-");
    if (dash < OPTIONAL_FIELDS || fields.length < dash + 4) {
      throw new IOException("mountinfo holds a line that is no mount: " + line);
    }
    String superOptions = String.join(" ", Arrays.asList(fields).subList(dash + 3, fields.length));
    return new Mounts.Entry(
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]),
        DeviceNumber.parse(fields[2]),
        text(unescape(fields[3])),
        path(unescape(fields[4])),
        List.of(fields[5].split(",")),
        text(unescape(fields[dash + 1])),
        text(unescape(fields[dash + 2])),
        List.of(superOptions.split(",")));
  }

  /// Returns the bytes of a field, in which the kernel writes space, tab, newline, `\` and `#` as
  /// three octal digits.
  private static byte[] unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int at = 0; at < field.length(); at++) {
      if (field.charAt(at) == '\\' && at + 3 < field.length()) {
        bytes.write(Integer.parseInt(field, at + 1, at + 4, 8));
        at += 3;
      } else {
        bytes.write(field.charAt(at));
      }
    }
    return bytes.toByteArray();
  }

  private static Path path(byte[] bytes) {
    try {
      return Path.of(text(bytes));
    } catch (InvalidPathException _) {
      return Path.of(octal(bytes));
    }
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return octal(bytes);
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
