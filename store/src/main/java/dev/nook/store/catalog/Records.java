package dev.nook.store.catalog;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Metas;
import dev.nook.store.record.Record;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// The file `meta` of each volume and snapshot: read with distrust, replaced whole.
public final class Records {
  private final PoolName pool;
  private final Layout layout;
  private final Disk disk;

  public Records(PoolName pool, Layout layout, Disk disk) {
    this.pool = pool;
    this.layout = layout;
    this.disk = disk;
  }

  /// Reads what was found under an id.
  private interface Reading<T> {
    T load() throws BadRecord, IOException;
  }

  /// `NotFound`; `NotReady` naming the file when it cannot be trusted.
  public Volume read(VolumeId id) throws StorageException, IOException {
    return read(id, () -> load(layout.volume(id), id));
  }

  /// `NotFound`; `NotReady` naming the file when it cannot be trusted.
  public Snapshot read(SnapshotId id) throws StorageException, IOException {
    return read(id, () -> load(layout.snapshot(id), id));
  }

  private <T> T read(StoredId id, Reading<T> reading) throws StorageException, IOException {
    if (disk.stat(layout.home(id).directory()).isEmpty()) {
      throw new StorageException.NotFound(id);
    }
    try {
      return reading.load();
    } catch (BadRecord e) {
      throw quarantined(id, e.why());
    }
  }

  public Volume load(Home home, VolumeId id) throws BadRecord, IOException {
    return Metas.volume(record(home), id, pool);
  }

  public Snapshot load(Home home, SnapshotId id) throws BadRecord, IOException {
    return Metas.snapshot(record(home), id, pool);
  }

  public void write(Home home, Volume volume) throws IOException {
    disk.write(home.meta(), Metas.record(volume).bytes());
  }

  public void write(Home home, Snapshot snapshot) throws IOException {
    disk.write(home.meta(), Metas.record(snapshot).bytes());
  }

  /// Makes the record say a new capacity, durably, every other field as it is.
  public void grow(Home home, long bytes) throws BadRecord, IOException {
    byte[] grown = Metas.grown(record(home), bytes).bytes();
    disk.remove(home.newMeta());
    disk.write(home.newMeta(), grown);
    disk.replace(home.newMeta(), home.meta());
    disk.sync(home.directory());
  }

  public StorageException.NotReady quarantined(StoredId id, String why) {
    String kind =
        switch (id) {
          case VolumeId _ -> "volume";
          case SnapshotId _ -> "snapshot";
        };
    return new StorageException.NotReady(
        id,
        "its record %s %s; put a good copy of that file back, or delete the %s"
            .formatted(layout.home(id).meta(), why, kind));
  }

  private Record record(Home home) throws BadRecord, IOException {
    Optional<Disk.Stat> stat = disk.stat(home.meta());
    if (stat.isEmpty()) {
      throw new BadRecord("is missing");
    }
    if (stat.get().kind() != Disk.Kind.FILE) {
      throw new BadRecord("is no regular file");
    }
    if (stat.get().sizeBytes() > Record.MAX_BYTES) {
      throw new BadRecord("is larger than %d bytes".formatted(Record.MAX_BYTES));
    }
    try {
      return Record.parse(disk.read(home.meta(), Record.MAX_BYTES));
    } catch (SystemCallException e) {
      if (e.is(Errno.EIO) || e.is(Errno.EUCLEAN)) {
        throw new BadRecord("cannot be read: " + e.getMessage());
      }
      throw e;
    }
  }
}
