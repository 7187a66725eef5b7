package dev.nook.store.space.policy;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Directories of a btrfs with simple quotas, which count an extent to whoever wrote it first for
/// as long as anybody has it. A copy is charged what it shares: that counts to the volumes before
/// it, whose limits are raised by as much (`QuotaLimits`), so that they can be overwritten in full.
///
/// @param root the pool's
public record QuotaTrees(Disk disk, Subvolumes subvolumes, Path root) implements SpacePolicy {
  @Override
  public Charge restored(Origin origin, long bytes) throws IOException {
    long shared = sharedBytes(origin);
    return Charge.of(Bytes.plus(bytes, shared), Provisioning.THIN)
        .withShares(origin.countedTo(shared));
  }

  @Override
  public Charge cut(Origin origin) throws IOException {
    long shared = sharedBytes(origin);
    return Charge.of(shared, Provisioning.THICK).withShares(origin.countedTo(shared));
  }

  @Override
  public Charge ofCut(Origin origin, Home cut) throws IOException {
    return cut(origin);
  }

  @Override
  public Charge of(Volume volume, Home home) {
    return Charge.of(volume.promisedBytes(), Provisioning.THIN).withShares(volume.shares());
  }

  /// Returns the most that a copy made now keeps from being freed. What a volume has of its own,
  /// and may overwrite, is at most its size.
  public long sharedBytes(Origin origin) throws IOException {
    return switch (origin.id()) {
      case SnapshotId _ -> origin.sharedBytes();
      case VolumeId _ -> {
        long used = subvolumes.quota(origin.home().data()).usedBytes();
        yield Bytes.plus(Math.min(used, origin.sizeBytes()), origin.sharedBytes());
      }
    };
  }

  /// Whether the kernel holds the subvolumes of this pool to quota limits.
  public boolean areEnforced() throws IOException {
    return subvolumes.enforced(root);
  }

  /// Whether a home holds a subvolume that is held to a limit.
  public boolean isSubvolume(Home home) throws IOException {
    Path data = home.data();
    return disk.stat(data).isPresent() && areEnforced() && subvolumes.isSubvolume(data);
  }

  /// Sets how many bytes writers of a volume can fill.
  public void limit(Home home, long bytes) throws IOException {
    subvolumes.limit(home.data(), bytes);
  }

  /// Returns what copies still hold of volumes that are gone, all together.
  public long orphanedBytes() throws IOException {
    return subvolumes.orphanedBytes(root);
  }

  @Override
  public Optional<Long> limitBytes(Home home) throws IOException {
    return quota(home).map(Subvolumes.Quota::limitBytes);
  }

  @Override
  public Optional<Long> allocatedBytes(Home home) throws IOException {
    return quota(home).map(Subvolumes.Quota::usedBytes);
  }

  /// A snapshot has none: what it holds counts to its origin.
  private Optional<Subvolumes.Quota> quota(Home home) throws IOException {
    if (!isSubvolume(home)) {
      return Optional.empty();
    }
    try {
      return Optional.of(subvolumes.quota(home.data()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
