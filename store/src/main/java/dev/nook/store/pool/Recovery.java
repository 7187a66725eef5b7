package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.Registry;
import dev.nook.store.health.Complaint;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.RecoveredSpace;
import dev.nook.store.steps.Holds;
import dev.nook.store.trash.Staging;
import dev.nook.store.trash.Trash;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// Reads a pool as a crash may have left it. Can be killed at any step and run again.
public final class Recovery {
  private final PoolTag tag;
  private final Layout layout;
  private final Disk disk;
  private final Registry<VolumeId, Volume> volumes;
  private final Registry<SnapshotId, Snapshot> snapshots;
  private final Staging staging;
  private final RecoveredSpace space;
  private final Set<Path> foreign = new ConcurrentSkipListSet<>();

  public Recovery(
      PoolTag tag,
      Layout layout,
      Disk disk,
      Registry<VolumeId, Volume> volumes,
      Registry<SnapshotId, Snapshot> snapshots,
      Staging staging,
      RecoveredSpace space) {
    this.tag = tag;
    this.layout = layout;
    this.disk = disk;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.staging = staging;
    this.space = space;
  }

  /// Moves what was under construction to the trash, makes durable what a crash may have left half
  /// durable, and reads every record: those of snapshots first, which say what their origins may
  /// hold.
  public void run(Trash trash, boolean writable) throws IOException {
    if (writable) {
      staging.collect();
      disk.sync(layout.staging());
      for (Path directory : List.of(layout.volumes(), layout.snapshots())) {
        trash.sync(directory);
      }
    }
    for (String entry : disk.list(layout.trash())) {
      charge(new Home(layout.trash().resolve(entry)));
    }
    for (Path directory : List.of(layout.snapshots(), layout.volumes())) {
      for (String entry : disk.list(directory)) {
        StoredId id = Layout.idOf(entry);
        if (id.tag().equals(Optional.of(tag)) && layout.directory(id).equals(directory)) {
          load(id);
        } else if (Layout.isForeign(entry, tag)) {
          foreign.add(directory.resolve(entry));
        }
      }
    }
  }

  /// Returns the entries that [#run] found of other pools.
  public List<Path> foreign() {
    return List.copyOf(foreign);
  }

  /// Reads again the records that were quarantined.
  public void retry() {
    retry(snapshots.catalogue());
    retry(volumes.catalogue());
  }

  /// Leaves out what is being deleted or changed, which would come back as it was.
  private <I extends StoredId> void retry(Catalogue<I, ?> catalogue) {
    for (I id : catalogue.quarantined()) {
      Optional<Holds<I>.Hold> hold = catalogue.holds().tryTake(id);
      if (hold.isPresent()) {
        try (Holds<I>.Hold _ = hold.get()) {
          if (catalogue.find(id).isPresent()) {
            load(id);
          }
        }
      }
    }
  }

  /// Reads one volume or snapshot, or quarantines it.
  private void load(StoredId id) {
    try {
      switch (id) {
        case VolumeId volume -> read(volume);
        case SnapshotId snapshot -> read(snapshot);
      }
    } catch (BadRecord e) {
      quarantine(id, e.why());
    } catch (IOException | RuntimeException e) {
      quarantine(id, "cannot be read: " + Complaint.words(e));
    }
  }

  private void read(VolumeId id) throws BadRecord, IOException {
    Volume volume = volumes.records().load(layout.volume(id), id);
    space.found(volume);
    volumes.catalogue().put(id, volume);
    space.measure(volume);
  }

  private void read(SnapshotId id) throws BadRecord, IOException {
    Snapshot snapshot = snapshots.records().load(layout.snapshot(id), id);
    space.found(snapshot);
    snapshots.catalogue().put(id, snapshot);
  }

  /// Charges it in full, because whether it was thin is not known.
  private void quarantine(StoredId id, String why) {
    long bytes = 0;
    try {
      bytes = space.limitBytes(layout.home(id));
    } catch (IOException | RuntimeException e) {
      why = why + "; its size cannot be read: " + Complaint.words(e);
    }
    space.quarantined(id, bytes);
    switch (id) {
      case VolumeId volume -> volumes.catalogue().quarantine(volume, bytes, why);
      case SnapshotId snapshot -> snapshots.catalogue().quarantine(snapshot, bytes, why);
    }
  }

  /// Charges what lies in the trash, which may be a copy.
  private void charge(Home home) throws IOException {
    space.copying();
    if (Layout.isTemplate(home.name())) {
      space.trash().foundTemplate(home);
      return;
    }
    switch (Layout.idOf(home.name())) {
      case VolumeId id -> {
        Optional<Volume> recorded = recorded(home, id);
        long orphaned = orphanedBytes(recorded.map(Volume::shares).orElse(List.of()));
        space.trash().found(home, recorded, orphaned);
      }
      case SnapshotId id -> charge(home, id);
    }
  }

  private Optional<Volume> recorded(Home home, VolumeId id) throws IOException {
    try {
      return Optional.of(volumes.records().load(home, id));
    } catch (BadRecord _) {
      return Optional.empty();
    }
  }

  private void charge(Home home, SnapshotId id) throws IOException {
    try {
      Snapshot snapshot = snapshots.records().load(home, id);
      space.trash().found(home, snapshot, orphanedBytes(snapshot.shares()));
    } catch (BadRecord _) {
      space.trash().found(home, Optional.empty(), 0);
    }
  }

  /// Returns what of these shares counts to no volume that stands; the rest is charged to those
  /// that stand.
  private long orphanedBytes(List<Share> shares) throws IOException {
    long bytes = 0;
    for (Share share : shares) {
      if (disk.stat(layout.volume(share.volume()).directory()).isEmpty()) {
        bytes = Bytes.plus(bytes, share.bytes());
      }
    }
    return bytes;
  }
}
