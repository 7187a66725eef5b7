package dev.nook.store.record;

import java.time.Instant;
import java.util.UUID;

/// The file `FORMAT` at a pool's root: which pool this is, whose, and in which format it is
/// written.
///
/// @param node the node that the pool belongs to; on another one it stays closed
/// @param record the record that was read, with unknown fields
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
    return new Format(Fields.uuid(record, POOL), record.get(NODE), record);
  }

  public byte[] bytes() {
    return record.bytes();
  }

  /// Returns the same pool, belonging to another node.
  public Format of(String otherNode) {
    return new Format(pool, otherNode, record.with(NODE, otherNode));
  }
}
