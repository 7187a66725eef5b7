package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.Content;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSpec;
import dev.nook.store.pool.CapacityLedger.Reservation;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/// Builds a volume where nobody looks and puts it into place by one rename: before that rename
/// there is nothing, after the two syncs that follow there is a volume for ever.
final class Construction {
  private final PoolConfig config;
  private final Layout layout;
  private final Disk disk;
  private final Backends backends;
  private final Records records;
  private final Catalogue catalogue;
  private final Trash trash;
  private final Clock clock;

  Construction(
      PoolConfig config,
      Layout layout,
      Disk disk,
      Backends backends,
      Records records,
      Catalogue catalogue,
      Trash trash,
      Clock clock) {
    this.config = config;
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.trash = trash;
    this.clock = clock;
  }

  /// When it throws, nothing is left, or what is left is charged and will be swept.
  Volume build(VolumeSpec spec, VolumeId id, long bytes, Reservation reservation)
      throws IOException {
    Home staged = trash.build(id);
    try {
      Volume volume = place(spec, id, bytes, staged);
      keep(id, bytes, reservation);
      catalogue.put(new Catalogue.Entry.Known(volume));
      return volume;
    } finally {
      trash.built(staged);
    }
  }

  private Volume place(VolumeSpec spec, VolumeId id, long bytes, Home staged) throws IOException {
    try {
      Volume volume = stage(spec, id, bytes, staged);
      disk.rename(staged.directory(), layout.volume(id).directory());
      return volume;
    } catch (IOException | RuntimeException | Error e) {
      clear(staged, bytes, e);
      throw e;
    }
  }

  private void keep(VolumeId id, long bytes, Reservation reservation) throws IOException {
    reservation.settle(bytes);
    try {
      disk.sync(layout.volumes());
      disk.sync(layout.staging());
    } catch (IOException | RuntimeException | Error e) {
      takeBack(id, bytes, e);
      throw e;
    }
  }

  private Volume stage(VolumeSpec spec, VolumeId id, long bytes, Home staged) throws IOException {
    disk.makeDirectory(staged.directory());
    Content content = backends.of(spec.shape()).create(staged, spec.shape(), bytes);
    Volume volume =
        new Volume(
            id,
            spec.name(),
            config.name(),
            bytes,
            content,
            spec.source(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    records.write(staged, volume);
    disk.sync(staged.directory());
    return volume;
  }

  private void clear(Home staged, long bytes, Throwable cause) {
    try {
      trash.remove(staged, bytes);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// The volume stands, but may not outlive a power cut. A disk that lets it be neither kept nor
  /// taken back has it quarantined.
  private void takeBack(VolumeId id, long bytes, Throwable cause) {
    try {
      trash.discard(id);
      trash.sync();
    } catch (IOException e) {
      cause.addSuppressed(e);
      if (stands(id)) {
        String why = "may not outlive a power cut: " + cause.getMessage();
        catalogue.put(new Catalogue.Entry.Quarantined(id, bytes, why));
      }
    }
  }

  private boolean stands(VolumeId id) {
    try {
      return disk.stat(layout.volume(id).directory()).isPresent();
    } catch (IOException _) {
      return true;
    }
  }
}
