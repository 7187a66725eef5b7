package dev.nook.store.pool;

import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.VolumeCatalogue;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Nonce;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/// Keeps what volumes were before they were repaired: as snapshots that no CO asked for, which are
/// deleted with their volume.
public final class KeptImages {
  private final Identity identity;
  private final CreateSnapshot create;
  private final DeleteSnapshot delete;
  private final VolumeCatalogue volumes;
  private final Catalogue<SnapshotId, Snapshot> catalogue;

  public KeptImages(
      Identity identity,
      CreateSnapshot create,
      DeleteSnapshot delete,
      VolumeCatalogue volumes,
      Catalogue<SnapshotId, Snapshot> catalogue) {
    this.identity = identity;
    this.create = create;
    this.delete = delete;
    this.volumes = volumes;
    this.catalogue = catalogue;
  }

  /// Cuts a snapshot of what a volume holds now, under a name that nothing else has.
  public Snapshot keep(Volume source) throws StorageException, IOException {
    var now = identity.now().truncatedTo(ChronoUnit.SECONDS);
    Name name = new Name("kept of %s at %s, %s".formatted(source.id(), now, Nonce.next()));
    return create.create(SnapshotId.kept(identity.tag(), name), name, source, () -> {});
  }

  /// Returns what was kept of a volume, the newest last, and nothing of another volume that had its
  /// name before.
  public List<Snapshot> of(Volume volume) {
    return catalogue
        .known()
        .filter(snapshot -> snapshot.id().isKept() && isOf(snapshot, volume))
        .sorted(Comparator.comparing(Snapshot::cut))
        .toList();
  }

  private static boolean isOf(Snapshot snapshot, Volume volume) {
    return snapshot.source().equals(volume.id()) && snapshot.content().equals(volume.content());
  }

  /// Deletes what was kept of a volume, and returns it.
  public List<Snapshot> forget(Volume volume) throws IOException {
    List<Snapshot> kept = of(volume);
    for (Snapshot each : kept) {
      delete.delete(each.id());
    }
    return kept;
  }

  /// Deletes what was kept of volumes that are gone. A quarantined one is not gone.
  public void dropOrphans() throws IOException {
    for (Snapshot kept : catalogue.known().filter(each -> each.id().isKept()).toList()) {
      boolean stands =
          volumes
              .find(kept.source())
              .filter(entry ->
                  !(entry instanceof Catalogue.Entry.Known<VolumeId, Volume>(var _, var volume))
                      || isOf(kept, volume))
              .isPresent();
      if (!stands) {
        delete.delete(kept.id());
      }
    }
  }
}
