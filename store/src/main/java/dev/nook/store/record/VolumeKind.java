package dev.nook.store.record;

import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.util.Optional;

/// Translates volumes to records and back.
public record VolumeKind() implements Kind<VolumeId, Volume> {
  private static final String KIND = "volume";
  private static final String CAPACITY = "capacity";
  private static final String CREATED = "created";
  private static final String SOURCE_SNAPSHOT = "source-snapshot";
  private static final String SOURCE_VOLUME = "source-volume";

  @Override
  public Record record(Volume volume) {
    Record record =
        Record.of(KIND)
            .with(Fields.ID, volume.id())
            .with(Fields.NAME, volume.name())
            .with(CAPACITY, volume.capacityBytes())
            .with(CREATED, volume.created());
    Record content = ContentFields.add(record, volume.content());
    return switch (volume.source()) {
      case VolumeSource.Empty _ -> content;
      case VolumeSource.OfSnapshot(var id) -> content.with(SOURCE_SNAPSHOT, id);
      case VolumeSource.OfVolume(var id) -> content.with(SOURCE_VOLUME, id);
    };
  }

  @Override
  public Volume read(Record record, VolumeId id, PoolName pool) throws BadRecord {
    return new Volume(
        id,
        Fields.name(record.require(KIND), id, VolumeId::of),
        pool,
        Fields.blocks(record, CAPACITY),
        ContentFields.read(record),
        source(record),
        Fields.instant(record, CREATED));
  }

  private static VolumeSource source(Record record) {
    Optional<VolumeSource> snapshot =
        record.find(SOURCE_SNAPSHOT).map(id -> new VolumeSource.OfSnapshot(new SnapshotId(id)));
    Optional<VolumeSource> volume =
        record.find(SOURCE_VOLUME).map(id -> new VolumeSource.OfVolume(new VolumeId(id)));
    return snapshot.or(() -> volume).orElseGet(VolumeSource.Empty::new);
  }
}
