package dev.nook.store.record;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/// The file `FORMAT` at a pool's root: whose pool this is and in which format it is written.
///
/// @param node the node that the pool belongs to; on another one it stays closed
/// @param record what was read, unknown fields included
public record Format(UUID pool, String node, Record record) {
  private static final String KIND = "pool";
  private static final String POOL = "pool";
  private static final String NODE = "node";

  public static Format of(UUID pool, String node, Instant created) {
    Record record = Record.of(KIND).with(POOL, pool).with(NODE, node).with("created", created);
    return new Format(pool, node, record);
  }

  public static Format parse(byte[] bytes) throws BadRecord {
    Record record = Record.parse(bytes).require(KIND);
    return new Format(uuid(record.get(POOL)), record.get(NODE), record);
  }

  public byte[] bytes() {
    return record.bytes();
  }

  /// The same pool, belonging to another node.
  public Format of(String otherNode) {
    return new Format(pool, otherNode, record.with(NODE, otherNode));
  }

  /// A UUID in its one canonical spelling.
  static UUID uuid(String text) throws BadRecord {
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

  static Instant instant(String text) throws BadRecord {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw new BadRecord("has an invalid time: " + text);
    }
  }
}
