package dev.nook.store.catalog;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Kind;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import java.io.IOException;
import java.util.Optional;

/// The files `meta` of one pool's volumes, or of its snapshots: read with distrust, replaced whole.
public final class Records<I extends StoredId, T> {
  private final Kind<I, T> kind;
  private final PoolName pool;
  private final Layout layout;
  private final Disk disk;

  public Records(Kind<I, T> kind, PoolName pool, Layout layout, Disk disk) {
    this.kind = kind;
    this.pool = pool;
    this.layout = layout;
    this.disk = disk;
  }

  /// Reads what stands under an id. `NotFound`; `NotReady` naming the file when its record cannot
  /// be trusted.
  public T read(I id) throws StorageException, IOException {
    Home home = layout.home(id);
    try {
      return load(home, id);
    } catch (BadRecord e) {
      if (disk.stat(home.directory()).isEmpty()) {
        throw new StorageException.NotFound(id);
      }
      throw quarantined(id, e.why());
    }
  }

  /// Reads what lies in a directory under an id.
  public T load(Home home, I id) throws BadRecord, IOException {
    return kind.read(record(home), id, pool);
  }

  /// Writes the record of what is new, which [#sync] makes durable.
  public void write(Home home, T what) throws IOException {
    disk.writeOut(home.meta(), kind.record(what).bytes());
  }

  /// Syncs the record that was written to a home, but not the directory that names it.
  public void sync(Home home) throws IOException {
    disk.sync(home.meta());
  }

  /// A record as it lies on disk, and what it says.
  record Recorded<T>(Record record, T what) {}

  Recorded<T> recorded(I id) throws BadRecord, IOException {
    Record record = record(layout.home(id));
    return new Recorded<>(record, kind.read(record, id, pool));
  }

  /// Makes a record say something else, fields that this release does not know as they are. Durable
  /// when this returns; when it throws, the old record lies there or the new one.
  void replace(I id, Recorded<T> before, T after) throws IOException {
    Home home = layout.home(id);
    Record changed = before.record().changed(kind.record(before.what()), kind.record(after));
    disk.remove(home.newMeta());
    disk.write(home.newMeta(), changed.bytes());
    disk.replace(home.newMeta(), home.meta());
    disk.sync(home.directory());
  }

  public StorageException.NotReady quarantined(StoredId id, String why) {
    String name =
        switch (id) {
          case VolumeId _ -> "volume";
          case SnapshotId _ -> "snapshot";
        };
    return new StorageException.NotReady(
        id,
        "its record %s %s; put a good copy of that file back, or delete the %s"
            .formatted(layout.home(id).meta(), why, name));
  }

  private Record record(Home home) throws BadRecord, IOException {
    try {
      return Record.parse(disk.read(home.meta(), Record.MAX_BYTES));
    } catch (SystemCallException e) {
      Optional<String> bad = bad(e);
      if (bad.isPresent()) {
        throw new BadRecord(bad.get());
      }
      throw e;
    }
  }

  /// Why a record cannot be trusted whose file is not as it was written; empty for a failure of the
  /// disk.
  private static Optional<String> bad(SystemCallException e) {
    return switch (e.errno()) {
      case ENOENT -> Optional.of("is missing");
      case ELOOP, EISDIR, EINVAL, ENXIO -> Optional.of("is not a regular file");
      case EFBIG -> Optional.of("is larger than %d bytes".formatted(Record.MAX_BYTES));
      case EIO, EUCLEAN -> Optional.of("cannot be read: " + e.getMessage());
      default -> Optional.empty();
    };
  }
}
