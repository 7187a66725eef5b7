package dev.nook.node.repair;

import dev.nook.store.Operations;
import dev.nook.store.VolumeRepairs;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Checks, repairs and restores volumes. It holds the volume exclusively, so every other call for
/// it is ABORTED meanwhile; a volume in use is refused.
public final class Mender {
  private final VolumeRepairs repairs;
  private final Operations operations;

  public Mender(VolumeRepairs repairs, Operations operations) {
    this.repairs = repairs;
    this.operations = operations;
  }

  Rehearsal check(CheckVolume check) throws StorageException, IOException {
    return operations.run(
        check.id(), Set.of(), check, () -> repairs.mend(check.id(), Allowed.CHECK));
  }

  Rehearsal repair(RepairVolume repair) throws StorageException, IOException {
    return operations.run(
        repair.id(), Set.of(), repair, () -> repairs.mend(repair.id(), repair.allowed()));
  }

  /// Repairs a volume if that costs nothing and nothing is kept of it: a volume that is damaged
  /// again needs a person.
  Rehearsal repair(RepairByItself repair) throws StorageException, IOException {
    return operations.run(
        repair.id(),
        Set.of(),
        repair,
        () -> {
          List<Snapshot> kept = repairs.kept(repair.id());
          if (!kept.isEmpty()) {
            throw new StorageException.NotReady(
                repair.id(),
                "it was repaired before, and what it was then is still kept (%s); look at its data, then delete what was kept with nook volume forget %s"
                    .formatted(kept.getLast().id(), repair.id()));
          }
          return repairs.mend(repair.id(), Allowed.IF_HARMLESS);
        });
  }

  Snapshot restore(RestoreVolume restore) throws StorageException, IOException {
    return operations.run(
        restore.id(), Set.of(), restore, () -> repairs.restore(restore.id(), restore.kept()));
  }

  List<Snapshot> forget(ForgetVolume forget) throws StorageException, IOException {
    return operations.run(forget.id(), Set.of(), forget, () -> repairs.forget(forget.id()));
  }
}
