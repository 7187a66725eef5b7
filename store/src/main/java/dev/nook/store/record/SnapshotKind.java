package dev.nook.store.record;

import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;

/// Translates snapshots to records and back.
public record SnapshotKind() implements Kind<SnapshotId, Snapshot> {
  private static final String KIND = "snapshot";
  private static final String SOURCE = "source-volume";
  private static final String CAPACITY = "capacity";
  private static final String CHARGED = "charged";
  private static final String CUT = "cut";

  @Override
  public Record record(Snapshot snapshot) {
    Record record =
        Record.of(KIND)
            .with(Fields.ID, snapshot.id())
            .with(Fields.NAME, snapshot.name())
            .with(SOURCE, snapshot.source())
            .with(CAPACITY, snapshot.sizeBytes())
            .with(CHARGED, snapshot.chargedBytes())
            .with(CUT, snapshot.cut());
    return ContentFields.add(record, snapshot.content());
  }

  @Override
  public Snapshot read(Record record, SnapshotId id, PoolName pool) throws BadRecord {
    return new Snapshot(
        id,
        Fields.name(record.require(KIND), id, id.isKept() ? SnapshotId::kept : SnapshotId::of),
        pool,
        new VolumeId(record.get(SOURCE)),
        Fields.blocks(record, CAPACITY),
        Fields.bytes(record, CHARGED),
        ContentFields.read(record),
        Fields.instant(record, CUT));
  }
}
