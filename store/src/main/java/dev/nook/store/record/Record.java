package dev.nook.store.record;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// A small durable file: a version line, `key=value` lines, and the CRC32C of everything before it.
///
/// ```
/// version=1.0
/// kind=volume
/// name=caf%C3%A9
/// crc32c=1c291ca3
/// ```
///
/// Values are percent-escaped, so that any name fits one line. Fields that this release does not
/// know keep their place when the record is changed and written again.
///
/// @param minor the minor version of the release that wrote it first, which may have added fields
public record Record(int minor, SequencedMap<String, String> fields) {
  /// The only major version that this release reads.
  public static final int MAJOR = 1;

  /// The most bytes of a record, so that a reader's memory is bounded whatever it finds.
  public static final int MAX_BYTES = 4096;

  private static final String VERSION = "version=";
  private static final String TRAILER = "crc32c=";
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9.-]{0,63}");
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})");

  public Record {
    fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    for (String key : fields.keySet()) {
      if (!KEY.matcher(key).matches()) {
        throw new IllegalArgumentException("not a key: " + key);
      }
    }
  }

  public static Record of(String kind) {
    return new Record(0, new LinkedHashMap<>(Map.of("kind", kind)));
  }

  /// Returns this record with one field set, in the place it had or at the end.
  public Record with(String key, Object value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(fields);
    more.put(key, value.toString());
    return new Record(minor, more);
  }

  /// Returns this record with every field changed that two descriptions of one thing differ in: set
  /// as the second has it, or left out as there. All others stay as they are, unknown ones too.
  public Record changed(Record before, Record after) {
    SequencedMap<String, String> changed = new LinkedHashMap<>(fields);
    for (String key : before.fields.keySet()) {
      if (!after.fields.containsKey(key)) {
        changed.remove(key);
      }
    }
    after.fields.forEach((key, value) -> {
      if (!value.equals(before.fields.get(key))) {
        changed.put(key, value);
      }
    });
    return new Record(minor, changed);
  }

  public Optional<String> find(String key) {
    return Optional.ofNullable(fields.get(key));
  }

  public String get(String key) throws BadRecord {
    return find(key).orElseThrow(() -> new BadRecord("has no field \"%s\"".formatted(key)));
  }

  /// Returns this record if it is of this kind. Refuses another, such as a volume's in the pool's
  /// place.
  public Record require(String kind) throws BadRecord {
    if (!get("kind").equals(kind)) {
      throw new BadRecord("describes a %s, not a %s".formatted(get("kind"), kind));
    }
    return this;
  }

  public byte[] bytes() {
    StringBuilder text = new StringBuilder();
    text.append(VERSION).append(MAJOR).append('.').append(minor).append('\n');
    fields.forEach(
        (key, value) -> text.append(key).append('=').append(Escape.of(value)).append('\n'));
    text.append(trailerOf(text.toString()));
    if (text.length() > MAX_BYTES) {
      throw new IllegalArgumentException("a record has at most %d bytes".formatted(MAX_BYTES));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Parses a record. [BadRecord.UnknownVersion] is thrown before anything else is checked, because
  /// a later version may change all else, its checksum included.
  public static Record parse(byte[] bytes) throws BadRecord {
    if (bytes.length > MAX_BYTES) {
      throw new BadRecord("is larger than %d bytes".formatted(MAX_BYTES));
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int minor = minor(text);
    int trailer = text.lastIndexOf("\n" + TRAILER) + 1;
    if (trailer == 0 || !text.substring(trailer).equals(trailerOf(text.substring(0, trailer)))) {
      throw new BadRecord("is damaged: its checksum does not match its content");
    }
    return new Record(minor, fields(text.substring(text.indexOf('\n') + 1, trailer)));
  }

  private static int minor(String text) throws BadRecord {
    int end = text.indexOf('\n');
    if (end < 0 || !text.startsWith(VERSION)) {
      throw new BadRecord("is damaged: it does not start with a version");
    }
    String version = text.substring(VERSION.length(), end);
    var numbers = NUMBERS.matcher(version);
    if (!numbers.matches()) {
      throw new BadRecord("is damaged: its version is not two numbers");
    }
    if (Integer.parseInt(numbers.group(1)) != MAJOR) {
      throw new BadRecord.UnknownVersion(version, MAJOR);
    }
    return Integer.parseInt(numbers.group(2));
  }

  private static SequencedMap<String, String> fields(String lines) throws BadRecord {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    for (String line : lines.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals < 0 || !KEY.matcher(line.substring(0, equals)).matches()) {
        throw new BadRecord("is damaged: it has a line without a key");
      }
      String key = line.substring(0, equals);
      if (fields.put(key, Escape.read(line.substring(equals + 1))) != null) {
        throw new BadRecord("has two fields \"%s\"".formatted(key));
      }
    }
    return fields;
  }

  private static String trailerOf(String text) {
    return TRAILER + checksum(text) + "\n";
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
