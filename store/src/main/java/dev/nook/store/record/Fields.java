package dev.nook.store.record;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import dev.nook.store.volume.CapacityRange;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/// Reads the fields of records, each in its one spelling.
final class Fields {
  static final String ID = "id";
  static final String NAME = "name";

  private Fields() {}

  /// Reads the name of what was found under an id, if that name belongs to the id.
  static Name name(Record record, StoredId id, BiFunction<PoolTag, Name, ? extends StoredId> naming)
      throws BadRecord {
    if (!record.get(ID).equals(id.text())) {
      throw new BadRecord("is the record of %s".formatted(record.get(ID)));
    }
    Optional<String> refused = Name.refused(record.get(NAME));
    if (refused.isPresent()) {
      throw new BadRecord("has a name that " + refused.get());
    }
    Name name = new Name(record.get(NAME));
    if (id.tag().filter(tag -> naming.apply(tag, name).equals(id)).isEmpty()) {
      throw new BadRecord("has a name that does not belong to its id");
    }
    return name;
  }

  /// Reads a size in bytes: whole blocks, and more than none.
  static long blocks(Record record, String key) throws BadRecord {
    String text = record.get(key);
    try {
      long bytes = Long.parseLong(text);
      if (bytes > 0 && bytes % CapacityRange.BLOCK == 0) {
        return bytes;
      }
    } catch (NumberFormatException _) {
      // Falls to the one refusal below.
    }
    throw new BadRecord("has an invalid %s: %s".formatted(key, text));
  }

  static long bytes(Record record, String key) throws BadRecord {
    try {
      long bytes = Long.parseLong(record.get(key));
      if (bytes >= 0) {
        return bytes;
      }
    } catch (NumberFormatException _) {
      // Falls to the one refusal below.
    }
    throw unknown(record, key);
  }

  /// Reads a UUID in its one canonical spelling.
  static UUID uuid(Record record, String key) throws BadRecord {
    String text = record.get(key);
    try {
      UUID uuid = UUID.fromString(text);
      if (uuid.toString().equals(text)) {
        return uuid;
      }
    } catch (IllegalArgumentException _) {
      // Falls to the one refusal below.
    }
    throw new BadRecord("has an invalid UUID: " + text);
  }

  static Instant instant(Record record, String key) throws BadRecord {
    String text = record.get(key);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw new BadRecord("has an invalid time: " + text);
    }
  }

  /// Whether a field has the one of two values, and not the other.
  static boolean flag(Record record, String key, String yes, String no) throws BadRecord {
    String value = record.get(key);
    if (!value.equals(yes) && !value.equals(no)) {
      throw unknown(record, key);
    }
    return value.equals(yes);
  }

  static BadRecord unknown(Record record, String key) throws BadRecord {
    return new BadRecord(String.format(Locale.ROOT, "has an unknown %s: %s", key, record.get(key)));
  }
}
