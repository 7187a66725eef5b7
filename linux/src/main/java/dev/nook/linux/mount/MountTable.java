package dev.nook.linux.mount;

import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.TableText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the text of `/proc/PID/mountinfo`
/// ([proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)).
///
/// It has everybody's mounts under any name ([TableText]).
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
        TableText.of(unescape(fields[3])),
        TableText.path(unescape(fields[4])),
        List.of(fields[5].split(",")),
        TableText.of(unescape(fields[dash + 1])),
        TableText.of(unescape(fields[dash + 2])),
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
}
