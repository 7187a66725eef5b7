package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looking;
import dev.nook.store.backend.Looks;
import dev.nook.store.catalog.Records;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Inventory;
import dev.nook.store.health.Inventory.Row;
import dev.nook.store.health.Inventory.SnapshotRow;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.opening.Founding;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.SnapshotKind;
import dev.nook.store.record.VolumeKind;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what one pool holds from its disk, with nothing locked and nothing changed.
public final class InventoryReading {
  private InventoryReading() {}

  public static Inventory of(
      PoolName pool, Layout layout, Linux linux, Backends<? extends Looking> backends) {
    Disk disk = linux.disk();
    List<Row> rows = new ArrayList<>();
    List<SnapshotRow> snapshots = new ArrayList<>();
    Optional<String> unreadable = Optional.empty();
    try {
      PoolTag tag = PoolTag.of(new Founding(layout, disk, Clock.systemUTC()).read().pool());
      var volumeRecords = new Records<>(new VolumeKind(), pool, layout, disk);
      var snapshotRecords = new Records<>(new SnapshotKind(), pool, layout, disk);
      Policies policies = Policies.of(linux, layout, disk.space(layout.root()));
      for (String entry : disk.list(layout.volumes())) {
        VolumeId id = new VolumeId(entry);
        if (id.tag().equals(Optional.of(tag))) {
          rows.add(row(id, layout.volume(id), volumeRecords, policies, backends));
        }
      }
      for (String entry : disk.list(layout.snapshots())) {
        SnapshotId id = new SnapshotId(entry);
        if (id.tag().equals(Optional.of(tag))) {
          snapshots.add(row(id, layout.snapshot(id), snapshotRecords));
        }
      }
    } catch (StorageException | IOException e) {
      unreadable = Optional.of(String.valueOf(e.getMessage()));
    }
    return new Inventory(pool, unreadable, List.copyOf(rows), List.copyOf(snapshots));
  }

  private static Row row(
      VolumeId id,
      Home home,
      Records<VolumeId, Volume> records,
      Policies policies,
      Backends<? extends Looking> backends)
      throws IOException {
    Optional<Long> held = policies.allocatedBytes(home);
    Optional<Long> extents = Looks.extents(backends, home);
    try {
      return new Row(id, Optional.of(records.load(home, id)), held, extents, Optional.empty());
    } catch (BadRecord e) {
      return new Row(id, Optional.empty(), held, extents, Optional.of(e.why()));
    }
  }

  private static SnapshotRow row(SnapshotId id, Home home, Records<SnapshotId, Snapshot> records)
      throws IOException {
    try {
      return new SnapshotRow(id, Optional.of(records.load(home, id)), Optional.empty());
    } catch (BadRecord e) {
      return new SnapshotRow(id, Optional.empty(), Optional.of(e.why()));
    }
  }
}
